import type { Clock, Store } from "@refrain/core";
import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, openSync } from "node:fs";
import { fingerprint, type Journal } from "./journal.js";

/** A step of one request, before or after it: its first or second swap that held, its first or second call over HTTP. */
export type Step = `${"before" | "after"} ${"swap" | "fetch"} ${number}`;

/** Where a process is caught, and what then happens to it. */
export interface Trap {
  /** Whose request. */
  readonly visitor: string;
  readonly step: Step;
  /** `hold`: this one request stands still until it is released. `blockMs`: the event loop does, until the shared clock has gone on by so many milliseconds. */
  readonly fate: "kill" | "stop" | "hold" | { readonly blockMs: number };
  /** A file that does not exist yet. Of all processes that lay this trap, the one that makes it is caught. */
  readonly ticket: string;
}

/** What a process of the test puts between the library and the world. */
export interface Traps {
  lay(trap: Trap): void;
  /** Lets go what is held. */
  release(): void;
  /** Runs a request so that its steps are known for its own. */
  follow(visitor: string, run: () => void): void;
  store(store: Store): Store;
  readonly fetch: typeof globalThis.fetch;
}

/** What is known of one request. */
interface Visit {
  readonly visitor: string;
  swaps: number;
  fetches: number;
  /** The refresh token that it brought. */
  received: string | undefined;
}

const newVisit = (visitor: string): Visit => ({ visitor, swaps: 0, fetches: 0, received: undefined });

export function createTraps({ number, journal, clock }: { readonly number: number; readonly journal: Journal; readonly clock: Clock }): Traps {
  const visits = new AsyncLocalStorage<Visit>();
  /** What the store was given and did not say that it has: the value, and the refresh token in it. */
  const doubtful = new Map<string, string>();
  let laid: Trap | null = null;
  let release = (): void => undefined;

  async function reach(step: Step): Promise<void> {
    if (laid === null || laid.step !== step || laid.visitor !== visits.getStore()?.visitor || !isFirst(laid.ticket)) return;
    const { fate, visitor } = laid;
    laid = null;
    journal.write({ process: number, what: "caught", step, visitor });
    if (fate === "kill") process.kill(process.pid, "SIGKILL");
    else if (fate === "stop") process.kill(process.pid, "SIGSTOP");
    else if (fate === "hold") await new Promise<void>((resolve) => (release = resolve));
    else for (const until = clock.elapsed() + fate.blockMs; clock.elapsed() < until;);
  }

  return {
    lay: (trap) => void (laid = trap),
    release: () => release(),
    follow: (visitor, run) => visits.run(newVisit(visitor), run),

    store: (store) => ({
      ...store,
      async get(key) {
        const value = await store.get(key);
        const token = doubtful.get(value ?? "");
        if (token !== undefined) {
          doubtful.delete(value ?? "");
          journal.write({ process: number, what: "stored", token });
        }
        return value;
      },
      async swap(key, before, after, expiresAt) {
        const visit = visits.getStore() ?? newVisit("");
        // Nothing comes between an answer and the swap that stores it.
        const { received } = visit;
        await reach(`before swap ${visit.swaps + 1}`);
        if (received !== undefined) doubtful.set(after, received);
        const held = await store.swap(key, before, after, expiresAt);
        if (held) doubtful.delete(after);
        if (held && received !== undefined) journal.write({ process: number, what: "stored", token: received });
        if (held) await reach(`after swap ${++visit.swaps}`);
        return held;
      },
    }),

    async fetch(input, init) {
      const visit = visits.getStore() ?? newVisit("");
      const nth = ++visit.fetches;
      await reach(`before fetch ${nth}`);
      const presented = new URLSearchParams(init?.body instanceof URLSearchParams ? init.body : "").get("refresh_token");
      if (presented !== null) journal.write({ process: number, what: "sent", token: fingerprint(presented) });
      const response = await fetch(input, init);
      const { status, headers } = response;
      const text = status === 200 ? await response.text() : null;
      const brought = text === null || presented === null ? undefined : (JSON.parse(text) as { refresh_token?: string }).refresh_token;
      if (brought !== undefined) journal.write({ process: number, what: "received", token: (visit.received = fingerprint(brought)) });
      await reach(`after fetch ${nth}`);
      return text === null ? response : new Response(text, { status, headers });
    },
  };
}

/** Whether this process is the one that makes the file. */
function isFirst(ticket: string): boolean {
  try {
    closeSync(openSync(ticket, "wx"));
    return true;
  } catch {
    return false;
  }
}
