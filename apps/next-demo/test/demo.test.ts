import { access } from "node:fs/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { runProgram } from "demo-kit/run-program";
import { expect, onTestFinished, test } from "vitest";
import { startDemo } from "../starter/start-demo.js";

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
  expect((await fetch(emulator)).status).toBe(200);
  await fetch(`${origin}/api/top`, { headers: { accept: "application/json", cookie: "refrain-1=x" } });
  demo.child.kill(signal);
  expect(await demo.exit()).toBe(0);
  await expect(fetch(origin)).rejects.toThrow();
  await expect(fetch(emulator)).rejects.toThrow();
  await expect(access(database)).rejects.toThrow();
});

test("it ends although a browser holds a connection on which it asked for nothing yet", { timeout: 30_000 }, async () => {
  const demo = await startDemo({ ports: [0], log: () => undefined });
  const silent = connect(Number(new URL(demo.origin).port), "127.0.0.1");
  silent.on("error", () => undefined);
  onTestFinished(() => void silent.destroy());
  await once(silent, "connect");
  await demo.close();
  await expect(fetch(demo.origin)).rejects.toThrow();
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
  [["--wat"], "--wat"],
])("%j is an error in a sentence, not a stack", { timeout: 30_000 }, async (args, words) => {
  const demo = runProgram(program, args);
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain(words);
  expect(demo.said()).not.toMatch(/^\s+at /m);
});
