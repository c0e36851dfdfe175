import { describe, expect, it } from "vitest";
import type { Store } from "../../src/store/store.js";
import { describeStore } from "../../src/testing/describe-store.js";
import { manualClock } from "../../src/testing/manual-clock.js";
import { storeContract } from "../../src/testing/store-contract.js";
import type { StoreHarness, StoreServer, StoreTime } from "../../src/testing/store-harness.js";
import { type WrongStore, partsOf, wrongStores } from "./wrong-stores.js";

const rightStore: WrongStore = { name: "no mistake", failing: [], make: () => ({}) };

describeStore("the store that the wrong ones are made from", () => harnessOf(rightStore));

class StoreWithAStore implements Store {
  readonly store = new Map<string, string>();
  readonly #right: Store;

  constructor(right: Store) {
    this.#right = right;
  }

  async get(key: string): Promise<string | null> {
    return await this.#right.get(key);
  }

  async swap(...given: Parameters<Store["swap"]>): Promise<boolean> {
    return await this.#right.swap(...given);
  }
}

describeStore("a store with a property that is named as a harness's", () => new StoreWithAStore(partsOf(manualClock({ flows: true })).right));

class Server implements StoreServer {
  readonly patienceMs = 2000;
  readonly #server: StoreServer;

  constructor(server: StoreServer) {
    this.#server = server;
  }

  async cut(): Promise<void> {
    await this.#server.cut();
  }

  async cutNext(at: "request" | "answer"): Promise<void> {
    await this.#server.cutNext(at);
  }

  async hang(): Promise<void> {
    await this.#server.hang();
  }

  async resume(): Promise<void> {
    await this.#server.resume();
  }

  async restart(): Promise<void> {
    await this.#server.restart();
  }
}

class Harness implements StoreHarness {
  readonly #harness = harnessOf(rightStore);

  get store(): Store {
    return this.#harness.store;
  }

  get clock(): StoreTime {
    return this.#harness.clock as StoreTime;
  }

  get server(): StoreServer {
    return new Server(this.#harness.server as StoreServer);
  }

  second(): Store | Promise<Store> {
    return this.#harness.second?.() ?? this.store;
  }
}

describeStore("a harness and a server that are objects of classes", () => new Harness());

describe("the contract has teeth", () => {
  it.each(wrongStores)("$name", async (wrong) => {
    expect(wrong.failing.length).toBeGreaterThan(0);
    for (const name of wrong.failing) {
      await expect(checkNamed(name)(harnessOf(wrong)), `the check "${name}"`).rejects.toThrow();
    }
  });

  it("and every check bites", () => {
    const biting = new Set(wrongStores.flatMap(({ failing }) => failing));
    expect(storeContract.map(({ name }) => name).filter((name) => !biting.has(name))).toEqual([]);
  });

  it("and every check has a name of its own", () => {
    expect(new Set(storeContract.map(({ name }) => name)).size).toBe(storeContract.length);
  });

  it("and a check that lacks what it needs fails when it is run by itself", async () => {
    const { right } = partsOf(manualClock());
    const store: Store = { get: (key) => right.get(key), swap: (...given) => right.swap(...given) };
    const needy = storeContract.filter(({ needs }) => needs.length > 0);
    expect(needy.length).toBeGreaterThan(0);
    for (const { check } of needy) await expect(check({ store, clock: manualClock() })).rejects.toThrow("needs");
  });
});

function checkNamed(name: string): (harness: StoreHarness) => Promise<void> {
  const found = storeContract.find((check) => check.name === name);
  if (found === undefined) throw new Error(`No check is named "${name}".`);
  return found.check;
}

function harnessOf({ make }: WrongStore): StoreHarness {
  const clock = manualClock();
  const parts = partsOf(clock);
  const open = (): Store => ({ ...parts.right, ...make(parts) });
  return { store: open(), second: open, clock, server: parts.server };
}
