import type { Store } from "../store/store.js";

/** The time that a store under test goes by; a `manualClock()` is one. */
export interface StoreTime {
  /** Unix milliseconds. */
  now(): number;
  /** Lets `ms` milliseconds pass for the store. */
  advance(ms: number): Promise<void>;
}

/**
 * The server behind a store and the wire to it, in the hands of the contract. What happens to the one happens to every handle of the harness.
 *
 * Best a program of its own behind a proxy of a few lines, and no double: how a client fails is what the checks are about.
 */
export interface StoreServer {
  /** Drops every connection, at once. New ones are taken. */
  cut(): void | Promise<void>;
  /** Drops every connection with the next request on any of them: `"request"` before it arrives, `"answer"` when the server has answered, before the answer arrives. */
  cutNext(at: "request" | "answer"): void | Promise<void>;
  /** Takes connections and requests from now on, and answers nothing. */
  hang(): void | Promise<void>;
  /** Ends {@link StoreServer.hang}: what was sent in the meantime arrives. */
  resume(): void | Promise<void>;
  /** Ends the server as a crash would, and starts it again with the data that it has acknowledged. */
  restart(): void | Promise<void>;
  /**
   * How long a check waits for a call to end, and for the store to work again, in milliseconds.
   *
   * @defaultValue 5_000
   */
  readonly patienceMs?: number;
}

/** A store, and what the contract may do with it. */
export interface StoreHarness {
  readonly store: Store;
  /** Opens another handle on the same data, best a connection of its own; the same store again where its data belongs to one handle. */
  readonly second?: () => Store | Promise<Store>;
  /**
   * The store's clock.
   *
   * @defaultValue real time; the checks on expiry then wait about 50 ms each
   */
  readonly clock?: StoreTime;
  /** What lets the contract break the wire and the server; a store without a server has none. */
  readonly server?: StoreServer;
}

/** What a store may offer or not. */
export type StoreNeed = "keys" | "watch" | "second" | "server";

/** One rule of the contract. `check` rejects when the store breaks it. */
export interface StoreCheck {
  readonly name: string;
  readonly needs: readonly StoreNeed[];
  readonly check: (harness: StoreHarness) => Promise<void>;
}

/** What a check works with: a harness without gaps. */
export interface Bench {
  readonly store: Store;
  readonly other: () => Promise<Store>;
  readonly server: Required<StoreServer>;
  readonly time: StoreTime;
  readonly inADay: number;
}

/** A check, with everything optional in its harness filled in. */
export function rule(name: string, needs: readonly StoreNeed[], run: (bench: Bench) => Promise<void>): StoreCheck {
  return {
    name,
    needs,
    async check(harness) {
      const { store, clock: time = realTime, server = noServer } = harness;
      const other = async (): Promise<Store> => {
        if (harness.second === undefined) throw new Error("This check needs a second handle.");
        return harness.second();
      };
      await run({ store, other, time, server: patient(server), inADay: time.now() + 86_400_000 });
    },
  };
}

/** Method by method: a server may be an object of a class. */
function patient(server: StoreServer): Required<StoreServer> {
  return {
    patienceMs: server.patienceMs ?? 5000,
    cut: () => server.cut(),
    cutNext: (at) => server.cutNext(at),
    hang: () => server.hang(),
    resume: () => server.resume(),
    restart: () => server.restart(),
  };
}

/** An optional method of a store, in a check that is about it. */
export function required<Need extends "keys" | "watch">(store: Store, need: Need): NonNullable<Store[Need]> {
  const method = store[need];
  if (method === undefined) throw new Error(`This check needs ${need}().`);
  return method.bind(store) as NonNullable<Store[Need]>;
}

const needsServer = (): never => {
  throw new Error("This check needs a server.");
};
const noServer: StoreServer = { cut: needsServer, cutNext: needsServer, hang: needsServer, resume: needsServer, restart: needsServer };

const realTime: StoreTime = {
  now: () => Date.now(),
  async advance(ms) {
    const until = Date.now() + ms;
    while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  },
};
