/**
 * Time as the library sees it. Instants are wall clock, durations are monotonic; the two are never mixed.
 *
 * @see `manualClock` in `@refrain/core/testing`, which stands in for it in tests.
 */
export interface Clock {
  /** Unix milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment. Never goes back. */
  elapsed(): number;
  /**
   * Runs `callback` once after `ms` milliseconds, unless the returned function is called first.
   *
   * @param background `true` when nobody waits for it: such a timer does not keep the process alive.
   */
  after(ms: number, callback: () => void, background?: boolean): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, callback, background = false) {
    const timer: unknown = setTimeout(callback, ms);
    if (background) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
};

/** Resolves after `ms` milliseconds. `background` is that of {@link Clock.after}. */
export function sleep(clock: Clock, ms: number, background?: boolean): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve, background));
}
