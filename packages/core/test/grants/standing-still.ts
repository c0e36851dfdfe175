import type { Clock } from "../../src/clock.js";

/** The clock of a process that can be made to stand still. */
export interface StandingStill extends Clock {
  /** As after SIGSTOP and SIGCONT: time has passed, and every timer that is overdue runs before anything is read from a socket. */
  standStill(ms: number): void;
}

interface Timer {
  readonly dueAt: number;
  readonly run: () => void;
  readonly cancel: () => void;
}

export function mayStandStill(clock: Clock): StandingStill {
  const timers = new Set<Timer>();
  let stoodMs = 0;
  const elapsed = (): number => clock.elapsed() + stoodMs;
  return {
    now: () => clock.now() + stoodMs,
    elapsed,
    after(ms, callback, background) {
      const run = (): void => {
        timers.delete(timer);
        callback();
      };
      const timer: Timer = { dueAt: elapsed() + ms, run, cancel: clock.after(ms, run, background) };
      timers.add(timer);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    standStill(ms) {
      stoodMs += ms;
      const overdue = [...timers].filter(({ dueAt }) => dueAt <= elapsed()).toSorted((one, other) => one.dueAt - other.dueAt);
      for (const { cancel, run } of overdue) {
        cancel();
        run();
      }
    },
  };
}
