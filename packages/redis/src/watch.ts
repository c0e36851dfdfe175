import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@refrain/core";

type Tell = (key: string | null) => void;

/** Opens a subscription, and calls `onEnd` once when it has ended by itself. Resolves to what ends it. */
type Open = (tell: Tell, onEnd: () => void) => Promise<() => void>;

const longestPauseMs = 2000;

/** The `watch` of a store over one subscription, which is opened with the first listener and ended with the last. */
export function watchThrough(open: Open): { readonly watch: NonNullable<Store["watch"]>; readonly end: () => void } {
  const listeners = new Set<{ readonly tell: Tell }>();
  let subscription: Promise<() => void> | undefined;

  // What is still being opened is closed once it is open: a server that hangs holds up nobody.
  function end(): void {
    listeners.clear();
    subscription?.then(
      (close) => close(),
      () => undefined,
    );
    subscription = undefined;
  }

  return {
    async watch(tell) {
      const listener = { tell };
      listeners.add(listener);
      subscription ??= keepOpen(open, (key) => {
        for (const each of listeners) each.tell(key);
      });
      try {
        await subscription;
      } catch (error) {
        listeners.delete(listener);
        subscription = undefined;
        throw error;
      }
      return async () => {
        if (listeners.delete(listener) && listeners.size === 0) end();
      };
    },
    end,
  };
}

/** Opens again what has ended by itself, and then says `null`: what happened in between was missed. Rejects when it cannot be opened the first time. */
async function keepOpen(open: Open, tell: Tell): Promise<() => void> {
  let ended = false;
  let close = await openOnce();

  function openOnce(): Promise<() => void> {
    return open(tell, () => void openAgain());
  }

  async function openAgain(): Promise<void> {
    for (let pauseMs = 50; !ended; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await sleep(pauseMs, undefined, { ref: false });
      const opened = await openOnce().catch(() => undefined);
      if (opened === undefined) continue;
      close = opened;
      if (ended) close();
      else tell(null);
      return;
    }
  }

  return () => {
    ended = true;
    close();
  };
}
