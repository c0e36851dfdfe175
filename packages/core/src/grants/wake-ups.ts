import { type Clock, sleep } from "../clock.js";
import type { Store } from "../store/store.js";

/** Wakes those who wait for another process, as soon as the store tells of a change. */
export interface WakeUps {
  /** Resolves when the record may have changed, and after `ms` milliseconds at the latest. */
  wait(key: string, ms: number): Promise<void>;
  close(): Promise<void>;
}

const watchAgainMs = 30_000;

export function createWakeUps(store: Store, clock: Clock): WakeUps {
  const waiting = new Map<string, Set<() => void>>();
  let watching: Promise<(() => Promise<void>) | undefined> | undefined;
  let watchFrom = -Infinity;

  const wake = (key: string | null): void => {
    const woken = key === null ? [...waiting.values()] : [waiting.get(key) ?? []];
    for (const callbacks of woken) for (const callback of callbacks) callback();
  };

  // Polling goes on whatever becomes of the watch, so a store that cannot watch only costs time.
  function startWatching(): void {
    if (watching !== undefined || clock.elapsed() < watchFrom) return;
    watching = store.watch?.(wake).catch(() => {
      watching = undefined;
      watchFrom = clock.elapsed() + watchAgainMs;
      return undefined;
    });
  }

  return {
    async wait(key, ms) {
      startWatching();
      const callbacks = waiting.get(key) ?? new Set();
      waiting.set(key, callbacks);
      let woken = (): void => undefined;
      const change = new Promise<void>((resolve) => (woken = resolve));
      callbacks.add(woken);
      await Promise.race([change, sleep(clock, ms)]);
      callbacks.delete(woken);
      if (callbacks.size === 0) waiting.delete(key);
    },
    async close() {
      // A store that is away cannot be told, and its error is not for who closes.
      await (await watching)?.().catch(() => undefined);
    },
  };
}
