import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { sqliteStore } from "../src/index.js";
import { temporaryFile } from "./temporary-file.js";

const swapping = fileURLToPath(new URL("swapping-process.ts", import.meta.url));

it("four processes of 500 swaps each on one new file lose none", { timeout: 60_000 }, async () => {
  const path = temporaryFile();
  const counts = await Promise.all(Array.from({ length: 4 }, () => linesOf(start("count", path, 500))));
  expect(counts.map(({ length }) => length)).toEqual([500, 500, 500, 500]);
  expect(new Set(counts.flat()).size).toBe(2000);
  await withStore(path, async (store) => expect(await store.get("count")).toBe("2000"));
});

it("of four processes that claim the same 500 absent keys, one gets each", { timeout: 60_000 }, async () => {
  const path = temporaryFile();
  const claims = await Promise.all(Array.from({ length: 4 }, () => linesOf(start("claim", path, 500))));
  expect(claims.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 500 }, (_, claim) => String(claim)));
});

it("a process killed in the middle loses nothing that was acknowledged, and holds up nobody", { timeout: 60_000 }, async () => {
  const path = temporaryFile();
  const killed = start("count", path, 1_000_000);
  const acknowledged: string[] = [];
  const dead = linesOf(killed, (line) => {
    acknowledged.push(line);
    if (acknowledged.length === 100) killed.kill("SIGKILL");
  });
  await expect(dead).rejects.toThrow("SIGKILL");
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
  await withStore(path, async (store) => {
    const counted = Number(await store.get("count"));
    expect(counted).toBeGreaterThanOrEqual(Number(acknowledged.at(-1)));
    expect(await store.swap("count", String(counted), "again")).toBe(true);
  });
});

it("an open store and its watch do not keep a process alive", { timeout: 60_000 }, async () => {
  expect(await linesOf(start("watch", temporaryFile(), 0))).toEqual(["watching"]);
});

function start(what: string, path: string, times: number): ChildProcess {
  const child = spawn(process.execPath, ["--no-warnings", swapping, what, path, String(times)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function linesOf(child: ChildProcess, onLine?: (line: string) => void): Promise<string[]> {
  const lines: string[] = [];
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      lines.push(line);
      onLine?.(line);
    }
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`The process ended with ${code ?? signal}.`);
  return lines;
}

async function withStore(path: string, work: (store: ReturnType<typeof sqliteStore>) => Promise<unknown>): Promise<void> {
  const store = sqliteStore(path);
  try {
    await work(store);
  } finally {
    await store.close?.();
  }
}
