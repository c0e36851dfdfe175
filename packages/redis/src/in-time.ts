import { RedisStoreError } from "./redis-store-error.js";

/**
 * What comes of the work, or `late` when it takes longer. The work goes on.
 *
 * @param told What the work fails with is told as this makes of it. By default as it is.
 */
export function inTime<Result>(work: Promise<Result>, longestMs: number, told: (error: unknown) => unknown = (error) => error): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RedisStoreError("late")), longestMs);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(told(error));
      },
    );
  });
}
