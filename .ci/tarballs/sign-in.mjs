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
    REFRAIN_EMULATOR_URL: emulator.url,
  },
});
process.once("exit", () => program.kill());

await listening(Number(port));
const browser = new Browser();
const before = await fetch(origin + path);
if (before.ok) throw new Error(`${path} answers ${before.status} to somebody who is signed out`);

let page = await browser.open(`${origin}/auth/spotify/login`);
if (page.url.origin !== new URL(emulator.url).origin) throw new Error(`login led to ${page.url} (${page.status}) instead of the consent page\n${page.body}`);
for (let forms = 0; page.url.origin !== origin && forms < 3; forms++) page = await browser.submit(page);
if (page.url.origin !== origin) throw new Error(`consent ended at ${page.url} (${page.status})\n${page.body}`);

const after = await browser.open(origin + path);
if (after.status !== 200 || after.url.href !== new URL(path, origin).href) throw new Error(`${path} ended at ${after.url} with ${after.status}\n${after.body}`);
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
