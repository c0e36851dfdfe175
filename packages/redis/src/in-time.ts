import { RedisStoreError } from "./redis-store-error.js";

/** What comes of the work, or `late` when it takes longer. The work goes on. */
export function inTime<Result>(work: Promise<Result>, longestMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RedisStoreError("late")), longestMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
