import { type Clock, systemClock } from "../clock.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { boundedMap } from "../bounded-map.js";
import { isPending } from "../pending.js";
import type { Store } from "./store.js";

/** What {@link cached} trades, and how much of it. */
export interface CachedStoreOptions {
  /**
   * How old an answer may be, in milliseconds, counted from before it was asked for. An integer from 1 to 5000.
   *
   * This is also the longest that a sign-out on another process can go unnoticed here while `watch` is missing or broken.
   */
  readonly maxAgeMs: number;
  /**
   * How many values are held at most; the half of them that was read last stays for certain. An integer from 1; a sealed grant takes about 2 KiB.
   *
   * @defaultValue 10_000
   */
  readonly max?: number;
  /**
   * Measures age, on its monotonic side.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock;
}

interface Answer {
  readonly askedAt: number;
  /** A promise until it has arrived. */
  value: string | null | Promise<string | null>;
}

const watchAgainMs = 30_000;
const behind = new WeakMap<Store, Store>();

/**
 * The same store with reads answered from memory for up to `maxAgeMs`. Reads are strict without it: every request sees what any process wrote before.
 *
 * What is given up: between a write by another process and the word of it arriving through `watch`, this process still serves the older value, for `maxAgeMs` at the most; and a row may be
 * served that long past its expiry. A store without `watch` gives up the full `maxAgeMs` every time.
 * What is not: a swap made through this store is seen by its next read, and {@link fresh} reads past it.
 *
 * Calls for one key share one read. Absence is never kept once it is answered: it is the one value that repeats, and the next look at it is usually a sign-in waiting to be seen.
 * `watch` is first used at the first read, and tried again at most every 30 s while it fails. `close` ends it, then closes the store.
 *
 * @throws {@link ConfigurationError} when `maxAgeMs` or `max` is out of range.
 */
export function cached(store: Store, { maxAgeMs, max = 10_000, clock = systemClock }: CachedStoreOptions): Store {
  if (!Number.isInteger(maxAgeMs) || maxAgeMs < 1 || maxAgeMs > 5000) {
    throw new ConfigurationError(["cached(): maxAgeMs must be an integer from 1 to 5000. A session can outlive its sign-out for that long."]);
  }
  if (!Number.isInteger(max) || max < 1) throw new ConfigurationError(["cached(): max must be an integer of at least 1."]);

  // An answer is held from the moment it is asked for. Whatever invalidates it takes it out even before it arrives, so an old value that arrives late is kept by nobody.
  let answers = boundedMap<string, Answer>(max);
  let watching: Promise<() => Promise<void>> | undefined;
  let isWatching = false;
  let watchFrom = -Infinity;

  function forget(key: string | null): void {
    if (key === null) answers = boundedMap(max);
    else answers.delete(key);
  }

  function startWatching(): void {
    if (watching !== undefined || clock.elapsed() < watchFrom) return;
    watching = store.watch?.(forget);
    // What was read before the watch began may have changed unheard.
    watching?.then(
      () => {
        isWatching = true;
        forget(null);
      },
      () => {
        watching = undefined;
        watchFrom = clock.elapsed() + watchAgainMs;
      },
    );
  }

  function ask(key: string): Answer {
    const answer: Answer = { askedAt: clock.elapsed(), value: store.get(key) };
    const drop = (): void => {
      if (answers.get(key) === answer) answers.delete(key);
    };
    if (isPending(answer.value)) {
      answer.value.then((value) => {
        answer.value = value;
        if (value === null) drop();
      }, drop);
    }
    if (answer.value !== null) answers.set(key, answer);
    return answer;
  }

  const front: Store = {
    get(key) {
      const held = answers.get(key);
      const answer = held !== undefined && clock.elapsed() - held.askedAt < maxAgeMs ? held : ask(key);
      startWatching();
      return answer.value;
    },

    // Dropped before, since from here on the held value may be old; and after, since a read in between may have seen it. Even a swap that held is no reason to keep `after`:
    // by the time the word of it arrives, another process may have swapped again.
    async swap(key, before, after, expiresAt) {
      forget(key);
      try {
        return await store.swap(key, before, after, expiresAt);
      } finally {
        forget(key);
      }
    },

    async close() {
      // A watch that is still being opened ends once it is open: a server that hangs holds up nobody.
      const ending = watching?.then((stop) => stop()).catch(() => undefined);
      if (isWatching) await ending;
      forget(null);
      await store.close?.();
    },
  };
  if (store.keys !== undefined) front.keys = store.keys.bind(store);
  if (store.watch !== undefined) {
    const watch = store.watch.bind(store);
    front.watch = (listener) =>
      watch((key) => {
        forget(key);
        listener(key);
      });
  }
  behind.set(front, store);
  return front;
}

/**
 * Reads past every cache that {@link cached} put in front of a store; a store without one comes back as it is.
 *
 * Only for reading: a swap must go through the cache, or the cache would keep what the swap replaced.
 */
export function fresh(store: Store): Pick<Store, "get"> {
  let innermost = store;
  for (let next = behind.get(store); next !== undefined; next = behind.get(next)) innermost = next;
  return innermost;
}
