import type { Clock } from "../clock.js";
import type { Sealer } from "../seal/sealer.js";
import type { Records } from "./records.js";
import type { Sightings } from "./sightings.js";

/**
 * The pause of a whole client, shared by all processes through one record: Spotify limits and refuses clients, not users.
 * Reading and writing it never delays or fails a refresh.
 */
export interface ClientPause {
  /** In Unix ms; 0 = none is known. */
  until(): number;
  /** Finds out what other processes know. */
  learn(): Promise<void>;
  /** Holds all processes still for `ms` milliseconds. */
  start(ms: number): Promise<void>;
}

const learnEveryMs = 1_000;

export function createClientPause(context: {
  /** Of the client's record. */
  readonly key: () => Promise<string>;
  readonly records: Records;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly firstSeenAt: Sightings;
  readonly longestPauseMs: number;
}): ClientPause {
  const { records, sealer, clock, firstSeenAt, longestPauseMs } = context;
  let endsAt = -Infinity;
  let learnedAt = -Infinity;

  const read = async (key: string): Promise<{ sealed: string | null; pausedUntil: number }> => {
    const sealed = await records.ask("get", (store) => store.get(key));
    const opened = sealed === null ? null : await sealer.open("client", key, sealed);
    const value = opened?.kind === "opened" ? (opened.value as { pausedUntil?: unknown }).pausedUntil : 0;
    return { sealed, pausedUntil: typeof value === "number" ? value : 0 };
  };

  const believe = (pausedUntil: number): void => {
    if (pausedUntil <= clock.now()) return;
    const leftMs = Math.min(pausedUntil, firstSeenAt(`pause ${pausedUntil}`) + longestPauseMs) - clock.now();
    if (leftMs > 0) endsAt = Math.max(endsAt, clock.elapsed() + leftMs);
  };

  return {
    until() {
      const leftMs = endsAt - clock.elapsed();
      return leftMs > 0 ? clock.now() + leftMs : 0;
    },

    async learn() {
      if (clock.elapsed() - learnedAt < learnEveryMs) return;
      learnedAt = clock.elapsed();
      try {
        believe((await read(await context.key())).pausedUntil);
      } catch {
        // Not knowing costs one call to Spotify.
      }
    },

    async start(ms) {
      const pausedUntil = clock.now() + Math.min(ms, longestPauseMs);
      believe(pausedUntil);
      try {
        const key = await context.key();
        const before = await read(key);
        if (before.pausedUntil >= pausedUntil) return;
        const sealed = await sealer.seal("client", key, { v: 1, pausedUntil });
        await records.ask("swap", (store) => store.swap(key, before.sealed, sealed, clock.now() + longestPauseMs));
      } catch {
        // The others find out by themselves.
      }
    },
  };
}
