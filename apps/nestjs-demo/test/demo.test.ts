import { runProgram } from "demo-kit/run-program";
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** The program as it is built. */
const program = fileURLToPath(new URL("../dist/demo.js", import.meta.url));

test.each([
  [["--platform", "express"], "express", "SIGTERM"],
  [["--platform=fastify"], "fastify", "SIGINT"],
] as const)("with %j it prints its addresses, serves, and when told closes everything and exits 0", { timeout: 30_000 }, async (args, platform, signal) => {
  const demo = runProgram(program, ["--port", "0", ...args]);
  const [, origin = ""] = await demo.says(/Demo\s+(http:\/\/127\.0\.0\.1:\d+)/);
  const [, database = ""] = await demo.says(/Grants\s+(\S+)/);
  const [, looks = ""] = await demo.says(/Looks\s+(\S+)/);
  await demo.says(new RegExp(`Platform\\s+${platform}\n`));
  const page = await fetch(`${origin}/welcome`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Sign in with Spotify");
  await access(looks);
  demo.child.kill(signal);
  expect(await demo.exit()).toBe(0);
  await expect(fetch(origin)).rejects.toThrow();
  for (const file of [database, looks]) await expect(access(file)).rejects.toThrow();
  expect(demo.said()).not.toMatch(/\[Nest\]|Error/);
});

test.each([
  [["--platform", "koa"], {}, "--platform is one of express, fastify"],
  [["--wat"], {}, "--wat"],
  [["--port", "0"], { SPOTIFY_CLIENT_ID: "0123456789abcdef0123456789abcdef", REFRAIN_SECRET: "short" }, "REFRAIN_SECRET"],
])("%j with %j is an error in a sentence, not a stack", { timeout: 30_000 }, async (args, env, words) => {
  const demo = runProgram(program, args, env);
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain(words);
  expect(demo.said()).not.toMatch(/^\s+at /m);
});

test("before the real Spotify it sends users there, with nothing of the emulator's", { timeout: 30_000 }, async () => {
  const demo = runProgram(program, ["--port", "0", "--platform", "fastify"], {
    SPOTIFY_CLIENT_ID: "0123456789abcdef0123456789abcdef",
    SPOTIFY_CLIENT_SECRET: "secret",
  });
  const [, origin = ""] = await demo.says(/Demo\s+(http:\/\/127\.0\.0\.1:\d+)/);
  expect(await (await fetch(`${origin}/welcome`)).text()).not.toContain("emulator");
  expect((await fetch(`${origin}/demo/expire`, { method: "POST", headers: { origin } })).status).toBe(404);
  demo.child.kill("SIGTERM");
  expect(await demo.exit()).toBe(0);
});
