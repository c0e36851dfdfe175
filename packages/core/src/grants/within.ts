import type { Clock } from "../clock.js";

/** What {@link within} resolves to when the time is over first. */
export const late: unique symbol = Symbol("late");

/** The promise's value, or {@link late} after `ms` milliseconds. Only the waiting ends: what was begun goes on. */
export function within<Value>(promise: Promise<Value>, ms: number, clock: Clock): Promise<Value | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
