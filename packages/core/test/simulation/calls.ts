import { SpotifyAuthError } from "../../src/errors/spotify-auth-error.js";
import type { Incarnation } from "./simulated-process.js";
import type { World } from "./world.js";

/** What a call to the engine came to. */
export type Outcome<Value> = { readonly kind: "done"; readonly value: Value } | { readonly kind: "refused"; readonly error: SpotifyAuthError };

/** Calls to engines: each must end in time, and in nothing but a value or one of the library's own errors. */
export interface Calls {
  /** Never resolves when the process is killed before the call ends, as for a browser whose connection breaks. */
  make<Value>(incarnation: Incarnation, what: string, withinMs: number, call: () => Promise<Value>): Promise<Outcome<Value>>;
  /** Calls of living processes that are past their deadline. */
  open(): readonly string[];
}

export function createCalls({ timeline, journal }: World): Calls {
  const open = new Map<symbol, { readonly incarnation: Incarnation; readonly what: string; readonly dueAt: number }>();
  return {
    async make(incarnation, what, withinMs, call) {
      const id = Symbol(what);
      const begunAt = timeline.now();
      open.set(id, { incarnation, what, dueAt: begunAt + withinMs });
      const pausedBefore = incarnation.pausedMs;
      let outcome: Outcome<Awaited<ReturnType<typeof call>>>;
      try {
        outcome = { kind: "done", value: await call() };
      } catch (error) {
        if (!(error instanceof SpotifyAuthError)) {
          journal.broken("every failure is one typed error", `${what}: ${String(error)}`);
          throw error;
        }
        outcome = { kind: "refused", error };
      }
      open.delete(id);
      const tookMs = timeline.now() - begunAt - (incarnation.pausedMs - pausedBefore);
      if (tookMs > withinMs) journal.broken("I7 every call ends within its deadline", `${what} took ${Math.round(tookMs)} ms`);
      return outcome;
    },
    open: () => [...open.values()].filter(({ incarnation, dueAt }) => incarnation.diedAt === null && dueAt < timeline.now()).map(({ what }) => what),
  };
}
