import { systemClock, type Clock } from "@refrain/core";

/** The machine's clock, which the demo's buttons set ahead. The app and the local Spotify both live by it. */
export interface DemoClock extends Clock {
  /** @param ms 0 or more. */
  advance(ms: number): void;
}

export function demoClock(): DemoClock {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    elapsed: () => systemClock.elapsed() + aheadMs,
    advance(ms) {
      aheadMs += Math.max(0, ms);
    },
  };
}
