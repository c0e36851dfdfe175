import { setTimeout as sleep } from "node:timers/promises";

/** Starts `tick` now and every `everyMs` after it, however long each takes, for `forMs` or until told to stop. Resolves when all have ended. */
export async function everySoOften(everyMs: number, forMs: number, tick: () => Promise<void>, isOver: () => boolean = () => false): Promise<void> {
  const startedAt = performance.now();
  const ticks: Promise<void>[] = [];
  for (let count = 0; count * everyMs < forMs && !isOver(); count += 1) {
    await sleep(Math.max(0, startedAt + count * everyMs - performance.now()));
    ticks.push(tick());
  }
  await Promise.all(ticks);
}
