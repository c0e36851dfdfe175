import { type Clock, sleep } from "../clock.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Emitter } from "../events.js";
import type { GrantEvent } from "../machine/events.js";
import type { Grant, GrantRecord } from "../machine/grant.js";
import { forgetAt } from "../machine/record.js";
import { transition } from "../machine/transition.js";
import type { Sealer } from "../seal/sealer.js";
import { fresh } from "../store/cached-store.js";
import type { Store } from "../store/store.js";
import { isPending } from "../pending.js";
import { boundedMap } from "../bounded-map.js";
import { late, within } from "./within.js";

/** A record together with the sealed value it was opened from: what the next swap compares with. */
export interface Snapshot {
  readonly sealed: string | null;
  readonly record: GrantRecord;
  /** Something is stored that cannot be believed. Only a new sign-in may replace it. */
  readonly corrupt: boolean;
}

/** Sealed records in a store that may be late, fail, or answer without saying what it did. */
export interface Records {
  /** @param source `"store"` reads past every cache. */
  read(key: string, source: "cache" | "store"): Snapshot | Promise<Snapshot>;
  /** The snapshot in which this very grant was read, if it is the latest known. */
  recall(key: string, grant: Grant): Snapshot | undefined;
  /** One swap. `null` = not applied, as far as is known: read again. */
  replace(key: string, before: Snapshot, after: NonNullable<GrantRecord>): Promise<Snapshot | null>;
  /**
   * Applies the event until it holds or no longer applies.
   *
   * @param giveUpAt On the monotonic clock; `Infinity` = never.
   * @param known Where to begin, without reading.
   * @param pause Called when the store could not be reached, before the next try.
   */
  change(key: string, event: GrantEvent, giveUpAt: number, known?: Snapshot, pause?: Pause): Promise<Snapshot>;
  /**
   * Runs it again after each failure of the store, with pauses from 25 ms up to a second: connections that died together are met one after the other.
   *
   * @param giveUpAt On the monotonic clock; `Infinity` = never. @param pause What happens after each failure, before the next try. Default: the time passes.
   */
  persist<Value>(giveUpAt: number, run: () => Promise<Value>, pause?: Pause): Promise<Value>;
  /** One operation on the store, within its deadline; at once where the store knows at once. Rejects, never throws. */
  ask<Value extends string | boolean | null>(operation: "get" | "swap", run: (store: Store) => Value | Promise<Value>): Value | Promise<Value>;
}

type Pause = (ms: number) => Promise<void>;

const remembered = 5_000;
const shortestPauseMs = 25;
/** Between two tries of {@link Records.persist}. */
export const longestPauseMs = 1_000;
const supportedFormat = 1;

export function createRecords(context: { store: Store; sealer: Sealer; clock: Clock; storeDeadlineMs: number; emitter: Emitter }): Records {
  const { store, sealer, clock, storeDeadlineMs, emitter } = context;
  const opened = boundedMap<string, Snapshot>(remembered);

  const records: Records = {
    read(key, source) {
      const sealed = records.ask("get", (asked) => (source === "store" ? fresh(asked) : asked).get(key));
      return isPending(sealed) ? sealed.then((value) => snapshotOf(key, value)) : snapshotOf(key, sealed);
    },

    recall(key, grant) {
      const known = opened.get(key);
      return known?.record === grant ? known : undefined;
    },

    async replace(key, before, after) {
      const sealed = await sealer.seal("grant", key, after);
      if (!(await records.ask("swap", (asked) => asked.swap(key, before.sealed, sealed, forgetAt(after))))) return null;
      return remember(key, { sealed, record: after, corrupt: false });
    },

    change(key, event, giveUpAt, known, pause) {
      let begin = known;
      // Whether a swap that failed was applied is unknown; the event itself says so when it is read again.
      const commit = async (): Promise<Snapshot> => {
        for (;;) {
          let snapshot = begin;
          begin = undefined;
          snapshot ??= await records.read(key, "store");
          const after = transition(snapshot.record, event);
          if (after === snapshot.record || after === null) return snapshot;
          const replaced = await records.replace(key, snapshot, after);
          if (replaced !== null) return replaced;
          if (clock.elapsed() >= giveUpAt) throw new TemporarilyUnavailable("store", 1_000);
        }
      };
      return records.persist(giveUpAt, commit, pause);
    },

    async persist(giveUpAt, run, pause = (ms) => sleep(clock, ms)) {
      for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        try {
          return await run();
        } catch (error) {
          // A missing secret does not come by waiting.
          const hopeless = !(error instanceof TemporarilyUnavailable) || (error.reason === "unknownKey" && giveUpAt !== Infinity);
          if (hopeless || clock.elapsed() >= giveUpAt) throw error;
          await pause(pauseMs);
        }
      }
    },

    ask(operation, run) {
      try {
        const answer = run(store);
        return isPending(answer) ? inTime(operation, answer) : answer;
      } catch (error) {
        return inTime(operation, Promise.reject(error));
      }
    },
  };
  return records;

  function inTime<Value>(operation: "get" | "swap", pending: Promise<Value>): Promise<Value> {
    return within(pending, storeDeadlineMs, clock).then(
      (answer) => (answer === late ? failed(operation, null) : answer),
      // The store's own error may quote keys and values: it ends here, but for what it calls itself.
      (error: unknown) => failed(operation, codeOf(error)),
    );
  }

  function failed(operation: "get" | "swap", code: string | null): never {
    emitter.emit("storeFailed", { operation, code });
    throw new TemporarilyUnavailable("store", 1_000);
  }

  function snapshotOf(key: string, sealed: string | null): Snapshot | Promise<Snapshot> {
    if (sealed === null) return { sealed, record: null, corrupt: false };
    const known = opened.get(key);
    return known?.sealed === sealed ? known : open(key, sealed);
  }

  async function open(key: string, sealed: string): Promise<Snapshot> {
    const result = await sealer.open("grant", key, sealed);
    switch (result.kind) {
      case "unknownKey":
        return refuse(key);
      case "corrupt":
        emitter.emit("unreadableRecord", { grant: reference(key), problem: "corrupt" });
        return { sealed, record: null, corrupt: true };
      case "opened": {
        const record = result.value as NonNullable<GrantRecord>;
        if (record.v > supportedFormat) return refuse(key);
        return remember(key, { sealed, record, corrupt: false });
      }
    }
  }

  function refuse(key: string): never {
    emitter.emit("unreadableRecord", { grant: reference(key), problem: "unknownKey" });
    throw new TemporarilyUnavailable("unknownKey", 30_000);
  }

  function remember(key: string, snapshot: Snapshot): Snapshot {
    opened.set(key, snapshot);
    return snapshot;
  }
}

/** What events call a grant: enough to tell one from another, too little to find it by. */
export function reference(key: string): string {
  return key.slice(0, 10);
}

function codeOf(error: unknown): string | null {
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? code : null;
}
