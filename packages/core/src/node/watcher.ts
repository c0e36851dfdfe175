import type { Clock } from "../clock.js";
import type { Emitter } from "../events.js";
import { reference } from "../grants/records.js";
import type { Store } from "../store/store.js";

/** Something that is to be looked at again and again until it is over. */
export interface Watched {
  /** The store's key of what it depends on. */
  readonly key: string;
  /** Never rejects. */
  isLiving(): Promise<boolean>;
  /** Called once. What it throws breaks nothing. */
  ended(): void;
}

export interface Watcher {
  /** Returns what ends the watch. */
  watch(watched: Watched): () => void;
}

const everyMs = 30_000;
const atOnce = 20;

/** One timer and one watch of the store for all. Both are there only while something is watched. */
export function createWatcher({ store, clock, emitter }: { readonly store: Store; readonly clock: Clock; readonly emitter: Emitter }): Watcher {
  /** With when each is due, on the monotonic clock: the longest not looked at comes first. */
  const all = new Map<Watched, number>();
  const waiting = new Set<Watched>();
  let looking = 0;
  let stop: (() => void) | null = null;
  emitter.on("signedOut", ({ grant }) => changed((one) => reference(one.key) === grant));

  return {
    watch(watched) {
      all.set(watched, clock.elapsed() + everyMs);
      stop ??= start();
      return () => forget(watched);
    },
  };

  function forget(watched: Watched): void {
    all.delete(watched);
    waiting.delete(watched);
    if (all.size > 0) return;
    stop?.();
    stop = null;
  }

  function start(): () => void {
    const unwatched = store.watch?.((key) => changed((one) => key === null || one.key === key)).catch(() => undefined);
    let cancel = clock.after(everyMs, due, true);
    return () => {
      cancel();
      unwatched?.then((unwatch) => unwatch?.()).catch(() => undefined);
    };

    function due(): void {
      const now = clock.elapsed();
      let next = now + everyMs;
      for (const [watched, dueAt] of all) {
        next = dueAt;
        if (dueAt > now) break;
        next = now + everyMs;
        waiting.add(watched);
      }
      cancel = clock.after(next - now, due, true);
      lookAtWaiting();
    }
  }

  function changed(concerns: (watched: Watched) => boolean): void {
    for (const watched of all.keys()) if (concerns(watched)) waiting.add(watched);
    lookAtWaiting();
  }

  function lookAtWaiting(): void {
    for (const watched of waiting) {
      if (looking >= atOnce) return;
      waiting.delete(watched);
      all.delete(watched);
      all.set(watched, clock.elapsed() + everyMs);
      looking += 1;
      void look(watched);
    }
  }

  async function look(watched: Watched): Promise<void> {
    const isLiving = await watched.isLiving();
    looking -= 1;
    // Who asked meanwhile to be forgotten is not told.
    if (!isLiving && all.has(watched)) {
      forget(watched);
      tell(watched);
    }
    lookAtWaiting();
  }
}

function tell(watched: Watched): void {
  try {
    const answer: unknown = watched.ended();
    if (answer instanceof Promise) answer.catch(() => undefined);
  } catch {
    // The app's trouble ends neither the process nor the round: the others are looked at all the same.
  }
}
