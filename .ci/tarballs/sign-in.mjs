// Signs in to a program as a user would, against the emulator that is installed in the working directory: node sign-in.mjs <program> <port> <protected path>
// The Node that runs this file also runs the emulator and the program.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Browser } from "./browser.mjs";

const [file, port, path] = process.argv.slice(2);
if (file === undefined || port === undefined || path === undefined) throw new Error("node sign-in.mjs <program> <port> <protected path>");

const { startEmulator } = createRequire(join(process.cwd(), "package.json"))("@refrain/emulator");
const emulator = await startEmulator();
const origin = `http://127.0.0.1:${port}`;
const program = spawn(process.execPath, [file], {
  stdio: "inherit",
  env: {
    ...process.env,
    PORT: port,
    SPOTIFY_CLIENT_ID: "emulator-client",
    SPOTIFY_CLIENT_SECRET: "emulator-secret",
    SPOTIFY_REDIRECT_URI: `${origin}/auth/spotify/callback`,
    REFRAIN_SECRET: "only-for-this-test-only-for-this-test-only-for-this-test",
    REFRAIN_EMULATOR_URL: emulator.origin,
  },
});
process.once("exit", () => program.kill());

await listening(Number(port));
const browser = new Browser();
const before = await fetch(origin + path);
if (before.ok) throw new Error(`${path} answers ${before.status} to somebody who is signed out`);

const consent = await browser.open(new URL("/auth/spotify/login", origin));
if (consent.url.origin !== emulator.origin) throw new Error(`login ends at ${consent.url} with ${consent.status} instead of the consent page\n${consent.body}`);
const home = await browser.open(await emulator.approve(consent.url, { user: "mira" }));
if (home.status >= 400 && home.status !== 404) throw new Error(`consent ends at ${home.url} with ${home.status}\n${home.body}`);

const page = new URL(path, origin);
const after = await browser.open(page);
if (after.status !== 200 || after.url.href !== page.href) throw new Error(`${path} ends at ${after.url} with ${after.status}\n${after.body}`);
process.exit(0);

/** @param {number} at */
async function listening(at) {
  for (let tries = 0; tries < 200; tries++) {
    if (program.exitCode !== null) throw new Error(`${file} ended with ${program.exitCode} before it listened`);
    const answered = await new Promise((resolve) => {
      const socket = connect(at, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false)).on("close", () => resolve(false));
      setTimeout(() => socket.destroy(), 1000).unref();
    });
    if (answered) return;
    await wait(50);
  }
  throw new Error(`${file} does not listen on 127.0.0.1:${port}`);
}
