import { type Clock, systemClock } from "../clock.js";
import type { Store } from "./store.js";

/** How {@link memoryStore} behaves. */
export interface MemoryStoreOptions {
  /**
   * Says when a row has expired.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock;
}

interface Row {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * Grants in this process's memory: for development, tests and the single process that may forget everybody when it ends.
 *
 * It sets no timer. Each write that succeeds looks at two older rows and drops them when they have expired, so at most about as many expired rows are held as living ones.
 * Listeners given to `watch` hear of every swap, also of those made through this very store, before that swap resolves; a listener must not throw. There is nothing to close.
 * Nothing ever rejects.
 */
export function memoryStore({ clock = systemClock }: MemoryStoreOptions = {}): Store {
  const rows = new Map<string, Row>();
  const listeners = new Set<{ readonly tell: (key: string | null) => void }>();
  let sweep = rows.entries();

  const isLive = (row: Row): boolean => clock.now() < row.expiresAt;

  function valueOf(key: string): string | null {
    const row = rows.get(key);
    return row !== undefined && isLive(row) ? row.value : null;
  }

  // A Map's iterator stays valid while rows come and go, so one walk goes on from write to write. Two steps per write outrun one new row per write.
  function purgeSome(): void {
    for (let looked = 0; looked < 2; looked++) {
      const step = sweep.next();
      if (step.done === true) {
        sweep = rows.entries();
        return;
      }
      const [key, row] = step.value;
      if (!isLive(row)) rows.delete(key);
    }
  }

  return {
    get: valueOf,

    async swap(key, before, after, expiresAt = Infinity) {
      if (valueOf(key) !== before) return false;
      rows.set(key, { value: after, expiresAt });
      purgeSome();
      for (const { tell } of listeners) tell(key);
      return true;
    },

    async *keys() {
      for (const [key, row] of rows) if (isLive(row)) yield key;
    },

    async watch(tell) {
      const listener = { tell };
      listeners.add(listener);
      return async () => void listeners.delete(listener);
    },
  };
}
