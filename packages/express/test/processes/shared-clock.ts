import type { Clock } from "@refrain/core";
import { openSync, readSync, writeSync } from "node:fs";

/** The clock of several processes, which one of them moves. It lies in a file, so that a process that stood still sees at its first look that time has passed. */
export interface LeadingClock {
  now(): number;
  advance(ms: number): void;
}

export function leadingClock(path: string): LeadingClock {
  const file = openSync(path, "w");
  const ahead = new Float64Array(1);
  const write = (): void => void writeSync(file, ahead, 0, ahead.byteLength, 0);
  write();
  return {
    now: () => Date.now() + (ahead[0] ?? 0),
    advance(ms) {
      ahead[0] = (ahead[0] ?? 0) + ms;
      write();
    },
  };
}

/** The same clock in another process. Timers fall due by it, whether time passes or is moved. */
export function followingClock(path: string): Clock {
  const file = openSync(path, "r");
  const read = new Float64Array(1);
  const ahead = (): number => {
    readSync(file, read, 0, read.byteLength, 0);
    return read[0] ?? 0;
  };
  const elapsed = (): number => performance.now() + ahead();
  const timers = new Set<{ readonly dueAt: number; readonly run: () => void }>();

  let seen = ahead();
  const runDue = (): void => {
    if (seen === ahead()) return;
    seen = ahead();
    for (const timer of [...timers].toSorted((one, other) => one.dueAt - other.dueAt)) if (timer.dueAt <= elapsed() && timers.has(timer)) timer.run();
  };
  setInterval(runDue, 5).unref();

  return {
    now: () => Date.now() + Math.round(ahead()),
    elapsed,
    after(ms, callback, background = false) {
      const cancel = (): void => {
        clearTimeout(real);
        timers.delete(timer);
      };
      const run = (): void => {
        cancel();
        callback();
      };
      const timer = { dueAt: elapsed() + ms, run };
      const real = setTimeout(run, ms);
      if (background) real.unref();
      timers.add(timer);
      return cancel;
    },
  };
}
