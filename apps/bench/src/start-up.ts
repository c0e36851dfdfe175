import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { median } from "./median.js";

const run = promisify(execFile);

/** How long a fresh process needs to import core, and how long one that imports nothing lives. */
export async function startUp(quick: boolean): Promise<readonly Measurement[]> {
  const results = await interleaved({ importing: () => start(importing), nothing: () => start("") }, { rounds: quick ? 7 : 15, warmUps: 1 });
  return [
    { what: "import of @refrain/core in a fresh process", value: median(results.importing.map(({ said }) => said)), unit: "ms", target: { most: 40 } },
    { what: "a process that imports @refrain/core, start to end", value: median(results.importing.map(({ tookMs }) => tookMs)), unit: "ms", target: null },
    { what: "a process that does nothing, start to end", value: median(results.nothing.map(({ tookMs }) => tookMs)), unit: "ms", target: null },
  ];
}

const importing = 'const startedAt = performance.now(); await import("@refrain/core"); console.log(performance.now() - startedAt);';
const cwd = fileURLToPath(new URL("../", import.meta.url));

async function start(script: string): Promise<{ readonly tookMs: number; readonly said: number }> {
  const startedAt = performance.now();
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd });
  return { tookMs: performance.now() - startedAt, said: Number(stdout) };
}
