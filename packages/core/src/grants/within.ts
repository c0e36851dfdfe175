import type { Clock } from "../clock.js";

/** What {@link within} resolves to when the time is over first. */
export const late: unique symbol = Symbol("late");

/** What memory answers is there after this many turns of the microtask queue: no time for it to be late, and a timer would cost more than the answer. */
const turnsAhead = 4;

/** The promise's value, or {@link late} after `ms` milliseconds. Only the waiting ends: what was begun goes on. */
export function within<Value>(promise: Promise<Value>, ms: number, clock: Clock): Promise<Value | typeof late> {
  return new Promise((resolve, reject) => {
    let cancel: (() => void) | null = null;
    let settled = false;
    const settle = (): void => {
      settled = true;
      cancel?.();
    };
    promise.then(settle, settle);
    promise.then(resolve, reject);
    void setTimer();

    async function setTimer(): Promise<void> {
      for (let turn = 0; turn < turnsAhead; turn += 1) {
        await Promise.resolve();
        if (settled) return;
      }
      cancel = clock.after(ms, () => resolve(late));
    }
  });
}
