import { parentPort, workerData } from "node:worker_threads";
import { shrink } from "./shrink.js";
import { simulate } from "./simulate.js";
import type { FailedSeed, Report, Task } from "./task.js";

const reportEvery = 250;
/** Shrinking takes as long as hundreds of runs: a rule that is broken everywhere is understood after a few. */
const mostShrunk = 3;

const { first, seeds, step, stopsAtFailure } = workerData as Task;
// A run throws thousands of errors on purpose, and nobody reads where.
Error.stackTraceLimit = 0;

let counts: Record<string, number> = {};
let failures: FailedSeed[] = [];
let since = 0;
let shrunk = 0;
const tell = (ended: boolean): void => {
  parentPort?.postMessage({ seeds: since, counts, failures, ended } satisfies Report, []);
  counts = {};
  failures = [];
  since = 0;
};

for (let done = 0; done < seeds; done += 1) {
  const run = await simulate(first + done * step);
  since += 1;
  for (const [what, times] of Object.entries(run.counts)) counts[what] = (counts[what] ?? 0) + times;
  const failure = run.failures[0];
  if (failure !== undefined) {
    shrunk += 1;
    const { lines, struck } = shrunk > mostShrunk ? { lines: [], struck: [] } : await shrink(run);
    failures.push({ seed: run.seed, failure, lines, needs: struck });
    if (stopsAtFailure) break;
  }
  if (since >= reportEvery) tell(false);
}
tell(true);
