import type { Clock } from "../clock.js";

/** What {@link within} resolves to when the time is over first. */
export const late: unique symbol = Symbol("late");

/** What memory or a database in this process answers is there after this many turns of the microtask queue: no time for it to be late, and a timer would cost more than the answer. */
const turnsAhead = 8;

/** The promise's value, or {@link late} after `ms` milliseconds. Only the waiting ends: what was begun goes on. */
export function within<Value>(promise: Promise<Value>, ms: number, clock: Clock): Promise<Value | typeof late> {
  return new Promise((resolve, reject) => {
    let cancel: (() => void) | null = null;
    let turnsLeft: number = turnsAhead;
    const settle = (): void => {
      turnsLeft = 0;
      cancel?.();
    };
    const setTimer = (): void => {
      if (turnsLeft === 0) return;
      turnsLeft -= 1;
      if (turnsLeft > 0) void turn.then(setTimer);
      else cancel = clock.after(ms, () => resolve(late));
    };
    promise.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
    void turn.then(setTimer);
  });
}

const turn: Promise<void> = Promise.resolve();
