import { createBrowser } from "demo-kit/browser";
import { runProgram } from "demo-kit/run-program";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startProcesses } from "../src/processes/start-processes.js";
import { walkProcesses } from "../src/processes/walk-processes.js";
import { hourMs, login } from "demo-kit/test-demo";

const program = fileURLToPath(new URL("../dist/demo.js", import.meta.url));

test.each(["redis", "postgres"] as const)("the walk through three processes on %s meets no surprise", { timeout: 120_000 }, async (store) => {
  const lines: string[] = [];
  const calm = await walkProcesses((line) => lines.push(line), { store, processes: 3 });
  const said = lines.join("\n");
  expect(said).not.toContain("SURPRISE");
  expect(calm).toBe(true);
  expect(said).toContain("20 answers, 1 refresh.");
  expect(said).toMatch(/process 1: requests \d+, refreshes \d+; process 2: .*; process 3: /);
});

test("a page shows which process refreshed for whom, and lets tokens expire; another site's cannot", { timeout: 60_000 }, async () => {
  const demo = await startProcesses({ ports: [0], store: "sqlite", processes: 2, emulate: { autoConsent: "mira" } });
  onTestFinished(() => demo.close());
  const browser = createBrowser(demo.origin);
  await browser.open(login);
  expect((await browser.open("/processes")).text).toContain("Nothing was refreshed yet");

  const before = demo.clock.now();
  const forged = await fetch(`${demo.origin}/processes/expire`, { method: "POST", headers: { "sec-fetch-site": "cross-site" } });
  expect(forged.status).toBe(403);
  expect(demo.clock.now() - before).toBeLessThan(hourMs);
  expect(await browser.submit("/processes/expire")).toMatchObject({ status: 200, url: `${demo.origin}/processes` });
  await Promise.all(Array.from({ length: 4 }, () => browser.call("/me")));

  const { userAgent = "" } = demo.emulator.log.find(({ grantType }) => grantType === "refresh_token") ?? {};
  expect(userAgent).toMatch(/^process [12]$/);
  const { text } = await browser.open("/processes");
  expect(text.match(new RegExp(`<td>${userAgent}</td>\\s*<td>mira</td>`, "g"))).toHaveLength(1);
  expect(text.match(/refreshes: 1</g)).toHaveLength(1);
});

test.each(["SIGINT", "SIGTERM"] as const)("with --processes it prints where the page is, and %s ends all of them", { timeout: 60_000 }, async (signal) => {
  const demo = runProgram(program, ["--processes", "2", "--port", "0"]);
  const [, page = ""] = await demo.says(/(http:\/\/127\.0\.0\.1:\d+\/processes)/);
  await demo.says(/Ctrl-C/);
  expect(await (await fetch(page)).text()).toContain("Process 2");
  demo.child.kill(signal);
  // What the processes write goes through the same pipes, so they are closed when the last one has ended.
  expect(await demo.exit()).toBe(0);
  await expect(fetch(page)).rejects.toThrow();
});

test.each([
  [["--processes", "0"], "--processes is a number from 1 to 16"],
  [["--store", "mongo"], "--store is one of sqlite, redis, postgres"],
  [["--store", "redis", "--linked"], "--linked"],
])("%j is an error in a sentence", { timeout: 30_000 }, async (args, words) => {
  const demo = runProgram(program, args);
  expect(await demo.exit()).toBe(1);
  expect(demo.said()).toContain(words);
  expect(demo.said()).not.toMatch(/^\s+at /m);
});
