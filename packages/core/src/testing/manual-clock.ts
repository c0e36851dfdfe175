import { type Clock, systemClock } from "../clock.js";

/** Where a {@link manualClock} starts and whether it runs. */
export interface ManualClockOptions {
  /**
   * What `now()` says first, in Unix milliseconds.
   *
   * @defaultValue the machine's time, so that stores and servers with a clock of their own agree
   */
  readonly startAt?: number;
  /**
   * `true` when time also passes by itself, for tests with real sockets; `advance` then skips ahead on top.
   *
   * @defaultValue false
   */
  readonly flows?: boolean;
}

/** A clock that a test moves by hand. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` milliseconds pass, 0 or more but finite, on both the wall and the monotonic clock. Each timer that falls due runs at its own time, earliest first, those set on the way included.
   * Before each of them, and at the end, promises and WebCrypto get a few turns of the event loop to finish what the last one started. Calls that overlap run one after another.
   * What takes longer than that (sockets, disks) needs `flows`, or a condition to wait for.
   *
   * @throws Whatever a timer's callback throws.
   */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock off by `ms` milliseconds, back when negative. Monotonic time and timers are not touched, as when a machine corrects its clock. */
  jump(ms: number): void;
  /** How many timers are waiting. */
  pending(): number;
}

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
  readonly background: boolean;
}

// Six WebCrypto operations in a row, the most that one step of a request makes, were measured to end within three turns.
const turnsToSettle = 4;
// The machine's own: while a test fakes the global one, nothing turns the loop.
const { setTimeout: nextTurn } = globalThis;
const longestRealTimerMs = 2 ** 31 - 1;

/** Time that stands still until a test moves it. */
export function manualClock({ startAt = Date.now(), flows = false }: ManualClockOptions = {}): ManualClock {
  const began = performance.now();
  const timers: Timer[] = [];
  let skippedMs = 0;
  let jumpedMs = 0;
  let disarm: (() => void) | undefined;
  let lastAdvance: Promise<void> = Promise.resolve();

  const elapsed = (): number => skippedMs + (flows ? performance.now() - began : 0);

  function takeDue(until: number): Timer | undefined {
    const [first] = timers;
    return first !== undefined && first.dueAt <= until ? timers.shift() : undefined;
  }

  // With `flows`, one real timer stands for the earliest of ours.
  function arm(): void {
    disarm?.();
    const [first] = timers;
    if (!flows || first === undefined) return;
    const runFirst = (): void => {
      const due = takeDue(elapsed());
      arm();
      due?.callback();
    };
    disarm = systemClock.after(
      Math.min(Math.max(0, first.dueAt - elapsed()), longestRealTimerMs),
      runFirst,
      timers.every((timer) => timer.background),
    );
  }

  function skipTo(moment: number): void {
    skippedMs += Math.max(0, moment - elapsed());
    arm();
  }

  async function pass(ms: number): Promise<void> {
    const until = elapsed() + ms;
    for (;;) {
      await settle();
      const due = takeDue(until);
      if (due === undefined) break;
      skipTo(due.dueAt);
      due.callback();
    }
    skipTo(until);
  }

  return {
    now: () => Math.floor(startAt + elapsed() + jumpedMs),
    elapsed,

    after(ms, callback, background = false) {
      const timer = { dueAt: elapsed() + Math.max(0, ms), callback, background };
      const later = timers.findIndex((other) => other.dueAt > timer.dueAt);
      timers.splice(later < 0 ? timers.length : later, 0, timer);
      arm();
      return () => {
        const at = timers.indexOf(timer);
        if (at < 0) return;
        timers.splice(at, 1);
        arm();
      };
    },

    async advance(ms) {
      if (!(ms >= 0 && ms < Infinity))
        throw new RangeError("manualClock: advance() goes forward only, by a finite time. To set the wall clock back, use jump().");
      const mine = lastAdvance.then(() => pass(ms));
      lastAdvance = mine.catch(() => {});
      await mine;
    },

    jump(ms) {
      jumpedMs += ms;
    },

    pending: () => timers.length,
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => nextTurn(resolve, 0));
}
