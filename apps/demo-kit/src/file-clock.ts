import { type Clock, systemClock } from "@refrain/core";
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** How far a clock is ahead of the machine's, in a file: one process writes it, others follow. */
export interface LeadingClock {
  /** @param ms May be less than before: then time goes back. */
  setAhead(ms: number): void;
  close(): void;
}

export function leadingClock(path: string): LeadingClock {
  const file = openSync(path, "w");
  const setAhead = (ms: number): void => void writeSync(file, new Float64Array([ms]), 0, 8, 0);
  setAhead(0);
  return { setAhead, close: () => closeSync(file) };
}

/** The clock that another process leads. Each look reads the file, so nobody is late; timers run by the machine's. */
export function followingClock(path: string): Clock {
  const file = openSync(path, "r");
  const read = new Float64Array(1);
  let furthest = 0;
  const ahead = (): number => {
    readSync(file, read, 0, 8, 0);
    const ms = read[0] ?? 0;
    furthest = Math.max(furthest, ms);
    return ms;
  };
  return {
    ...systemClock,
    now: () => systemClock.now() + Math.round(ahead()),
    elapsed() {
      ahead();
      return systemClock.elapsed() + furthest;
    },
  };
}
