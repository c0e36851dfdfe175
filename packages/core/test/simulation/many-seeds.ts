import { Worker } from "node:worker_threads";
import type { FailedSeed, Report, Task } from "./task.js";

/** What many runs came to. */
export interface Outcome {
  readonly seeds: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly FailedSeed[];
}

export interface ManySeeds {
  readonly first: number;
  readonly seeds: number;
  readonly workers?: number;
  /** The rule to leave out. */
  readonly mutant?: string;
  readonly stopsAtFailure?: boolean;
  /** Called now and then with what there is so far. */
  readonly onProgress?: (outcome: Outcome) => void;
}

/** Simulates seeds in worker threads, so that all cores take part and a mutant's sources stay apart. */
export async function simulateMany({ first, seeds, workers = 1, mutant, stopsAtFailure = false, onProgress }: ManySeeds): Promise<Outcome> {
  const beganAt = performance.now();
  const counts: Record<string, number> = {};
  const failures: FailedSeed[] = [];
  let done = 0;
  const outcome = (): Outcome => ({ seeds: done, seconds: (performance.now() - beganAt) / 1_000, counts, failures });
  const hear = (report: Report): void => {
    done += report.seeds;
    for (const [what, times] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + times;
    failures.push(...report.failures);
    onProgress?.(outcome());
  };
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const share = Math.ceil((seeds - index) / workers);
      return runWorker({ first: first + index, seeds: share, step: workers, mutant: mutant ?? null, stopsAtFailure }, hear);
    }),
  );
  return outcome();
}

function runWorker(task: Task, hear: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: task,
      execArgv: ["--import", new URL("./run-sources.ts", import.meta.url).href],
    });
    let ended = false;
    worker.on("message", (report: Report) => {
      ended ||= report.ended;
      hear(report);
    });
    worker.on("error", reject);
    worker.on("exit", () => (ended ? resolve() : reject(new Error("a worker ended before its task"))));
  });
}
