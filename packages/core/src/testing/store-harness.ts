import type { Store } from "../store/store.js";

/** The time that a store under test goes by; a `manualClock()` is one. */
export interface StoreTime {
  /** Unix milliseconds. */
  now(): number;
  /** Lets `ms` milliseconds pass for the store. */
  advance(ms: number): Promise<void>;
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
}

/** What a store may offer or not. */
export type StoreNeed = "keys" | "watch" | "second";

/** One rule of the contract. `check` rejects when the store breaks it. */
export interface StoreCheck {
  readonly name: string;
  readonly needs: readonly StoreNeed[];
  readonly check: (harness: StoreHarness) => Promise<void>;
}

interface Bench {
  readonly store: Store;
  readonly other: () => Promise<Store>;
  readonly time: StoreTime;
  readonly inADay: number;
}

/** A check, with everything optional in its harness filled in. */
export function rule(name: string, needs: readonly StoreNeed[], run: (bench: Bench) => Promise<void>): StoreCheck {
  return {
    name,
    needs,
    async check({ store, second, clock: time = realTime }) {
      const other = async (): Promise<Store> => {
        if (second === undefined) throw new Error("This check needs a second handle.");
        return second();
      };
      await run({ store, other, time, inADay: time.now() + 86_400_000 });
    },
  };
}

/** An optional method of a store, in a check that is about it. */
export function required<Need extends "keys" | "watch">(store: Store, need: Need): NonNullable<Store[Need]> {
  const method = store[need];
  if (method === undefined) throw new Error(`This check needs ${need}().`);
  return method.bind(store) as NonNullable<Store[Need]>;
}

const realTime: StoreTime = {
  now: () => Date.now(),
  async advance(ms) {
    const until = Date.now() + ms;
    while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  },
};
