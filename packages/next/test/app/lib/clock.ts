import type { Clock } from "@refrain/core";
import { readFileSync } from "node:fs";

/** Real time, and what the test's file says is to be added to it. */
export function movedClock(path: string): Clock {
  const ahead = (): number => Number(readFileSync(path, "utf8"));
  return {
    now: () => Date.now() + ahead(),
    elapsed: () => performance.now() + ahead(),
    after(ms, callback, background = false) {
      const timer = setTimeout(callback, ms);
      if (background) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
