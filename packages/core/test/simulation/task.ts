import type { Failure } from "./journal.js";

/** What a worker is to do: `seeds` seeds from `first` on, `step` apart. */
export interface Task {
  readonly first: number;
  readonly seeds: number;
  readonly step: number;
  /** The rule to leave out; `null`: none. */
  readonly mutant: string | null;
  /** Stop at the first failure. */
  readonly stopsAtFailure: boolean;
}

/** What a worker tells, now and then and at the end. */
export interface Report {
  readonly seeds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly FailedSeed[];
  readonly ended: boolean;
}

export interface FailedSeed {
  readonly seed: number;
  readonly failure: Failure;
  /** What happened, shrunk to what is needed for it. */
  readonly lines: readonly string[];
  readonly needs: readonly string[];
}
