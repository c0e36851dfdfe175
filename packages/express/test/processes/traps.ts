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
  /** `block`: the event loop stands still until the shared clock has gone on by so many milliseconds. */
  readonly fate: "kill" | "stop" | { readonly blockMs: number };
  /** A file that does not exist yet. Of all processes that lay this trap, the one that makes it is caught. */
  readonly ticket: string;
}

/** What a process of the test puts between the library and the world. */
export interface Traps {
  lay(trap: Trap): void;
  /** Runs a request so that its steps are known for its own. */
  follow(visitor: string, run: () => void): void;
  store(store: Store): Store;
  readonly fetch: typeof globalThis.fetch;
}

export function createTraps({ number, journal, clock }: { readonly number: number; readonly journal: Journal; readonly clock: Clock }): Traps {
  const visits = new AsyncLocalStorage<{ readonly visitor: string; swaps: number; fetches: number }>();
  let laid: Trap | null = null;

  function reach(step: Step): void {
    if (laid === null || laid.step !== step || laid.visitor !== visits.getStore()?.visitor || !isFirst(laid.ticket)) return;
    const { fate } = laid;
    laid = null;
    journal.write({ process: number, what: "caught", step });
    if (fate === "kill") process.kill(process.pid, "SIGKILL");
    else if (fate === "stop") process.kill(process.pid, "SIGSTOP");
    else for (const until = clock.elapsed() + fate.blockMs; clock.elapsed() < until;);
  }

  return {
    lay: (trap) => void (laid = trap),
    follow: (visitor, run) => visits.run({ visitor, swaps: 0, fetches: 0 }, run),

    store: (store) => ({
      ...store,
      async swap(key, before, after, expiresAt) {
        const visit = visits.getStore() ?? { swaps: 0 };
        reach(`before swap ${visit.swaps + 1}`);
        const held = await store.swap(key, before, after, expiresAt);
        if (held) reach(`after swap ${++visit.swaps}`);
        return held;
      },
    }),

    async fetch(input, init) {
      const visit = visits.getStore() ?? { fetches: 0 };
      const nth = ++visit.fetches;
      reach(`before fetch ${nth}`);
      const presented = new URLSearchParams(init?.body instanceof URLSearchParams ? init.body : "").get("refresh_token");
      if (presented !== null) journal.write({ process: number, what: "sent", token: fingerprint(presented) });
      const response = await fetch(input, init);
      const { status, headers } = response;
      const text = status === 200 ? await response.text() : null;
      const brought = text === null || presented === null ? undefined : (JSON.parse(text) as { refresh_token?: string }).refresh_token;
      if (brought !== undefined) journal.write({ process: number, what: "received", token: fingerprint(brought) });
      reach(`after fetch ${nth}`);
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
