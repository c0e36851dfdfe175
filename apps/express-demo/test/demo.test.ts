import { runProgram } from "demo-kit/run-program";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

/** The program as it is built. */
const program = fileURLToPath(new URL("../dist/demo.js", import.meta.url));

test.each(["SIGINT", "SIGTERM"] as const)("it prints its addresses, serves, and at %s closes everything and exits 0", { timeout: 30_000 }, async (signal) => {
  const demo = runProgram(program, ["--port", "0"]);
  const [, origin = ""] = await demo.says(/Demo\s+(http:\/\/127\.0\.0\.1:\d+)/);
  const [, emulator = ""] = await demo.says(/Emulator\s+(http:\/\/127\.0\.0\.1:\d+)/);
  const [, database = ""] = await demo.says(/Grants\s+(\S+)/);
  const page = await fetch(origin);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Sign in with Spotify");
  expect((await fetch(emulator)).status).toBeLessThan(500);
  await fetch(`${origin}/me`, { headers: { accept: "application/json" } });
  demo.child.kill(signal);
  expect(await demo.exit()).toBe(0);
  await expect(fetch(origin)).rejects.toThrow();
  await expect(access(database)).rejects.toThrow();
});

test("with --linked it is the app with users of its own, and at the end they go with it", { timeout: 30_000 }, async () => {
  const demo = runProgram(program, ["--linked", "--port", "0"]);
  const [, origin = ""] = await demo.says(/Demo\s+(http:\/\/127\.0\.0\.1:\d+)/);
  const [, users = ""] = await demo.says(/Users\s+(\S+)/);
  expect(await (await fetch(origin)).text()).toContain("Sign in to this app");
  await access(users);
  demo.child.kill("SIGTERM");
  expect(await demo.exit()).toBe(0);
  await expect(access(users)).rejects.toThrow();
});

test("with the port taken it names the way out and exits 1", { timeout: 30_000 }, async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as { port: number };
  const demo = runProgram(program, ["--port", String(port)]);
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain("--port");
});

test.each([
  [["--port", "x"], "--port is a number"],
  [["--database", "/tmp/some.sqlite"], "REFRAIN_SECRET"],
  [["--wat"], "--wat"],
])("%j is an error in a sentence, not a stack", { timeout: 30_000 }, async (args, words) => {
  const demo = runProgram(program, args);
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain(words);
  expect(demo.said()).not.toMatch(/^\s+at /m);
});

test("before the real Spotify it sends users there, with nothing of the emulator's", { timeout: 30_000 }, async () => {
  const demo = runProgram(program, ["--port", "0"], { SPOTIFY_CLIENT_ID: "0123456789abcdef0123456789abcdef", SPOTIFY_CLIENT_SECRET: "secret" });
  const [, origin = ""] = await demo.says(/Demo\s+(http:\/\/127\.0\.0\.1:\d+)/);
  expect(await (await fetch(origin)).text()).not.toContain("emulator");
  expect((await fetch(`${origin}/demo/expire`, { method: "POST", headers: { origin } })).status).toBe(404);
  const login = await fetch(`${origin}/auth/spotify/login`, { headers: { accept: "text/html" }, redirect: "manual" });
  expect([303, 401]).toContain(login.status);
  demo.child.kill("SIGTERM");
  expect(await demo.exit()).toBe(0);
});

test.each([
  [{ SPOTIFY_REDIRECT_URI: "http://127.0.0.1:3000/elsewhere" }, "SPOTIFY_REDIRECT_URI must be a URL whose path is /auth/spotify/callback"],
  [{ SPOTIFY_REDIRECT_URI: "nonsense" }, "SPOTIFY_REDIRECT_URI"],
  [{ REFRAIN_SECRET: "short" }, "REFRAIN_SECRET"],
])("a wrong environment %j ends it at once, in a sentence", { timeout: 30_000 }, async (env, words) => {
  const demo = runProgram(program, ["--port", "0"], { SPOTIFY_CLIENT_ID: "0123456789abcdef0123456789abcdef", ...env });
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain(words);
  expect(demo.said()).not.toMatch(/^\s+at /m);
});
