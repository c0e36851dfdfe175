import { describe, it } from "vitest";
import type { Store } from "../store/store.js";
import { storeContract } from "./store-contract.js";
import type { StoreHarness, StoreNeed } from "./store-harness.js";

/**
 * Runs the contract that every store must pass, as one vitest `describe`, one test per check of {@link storeContract}.
 *
 * `open` is called for each check and gives a store, or a {@link StoreHarness} that can do more. It may be the same data each time: every check uses keys of its own, which expire within a day where
 * the check allows it. What was opened is closed after the check. A check that needs what the store does not offer (`keys`, `watch`, a second handle, a server to break) is shown as skipped, with the reason.
 *
 * @example
 * ```ts
 * describeStore("memoryStore", () => memoryStore());
 * ```
 */
export function describeStore(name: string, open: () => Store | StoreHarness | Promise<Store | StoreHarness>): void {
  describe(name, () => {
    for (const { name: says, needs, check } of storeContract) {
      it(says, { timeout: longestMs }, async ({ skip }) => {
        const given = await open();
        const harness: StoreHarness = "swap" in given ? { store: given } : given;
        const opened = new Set([harness.store]);
        try {
          const missing = needs.filter((need) => !offers(harness, need));
          if (missing.length > 0) skip(`needs ${missing.join(" and ")}`);
          await check(noting(harness, opened));
        } finally {
          for (const store of opened) await store.close?.();
        }
      });
    }
  });
}

/** Some checks wait for a store to work again, several times over. */
const longestMs = 60_000;

function offers(harness: StoreHarness, need: StoreNeed): boolean {
  return (need === "second" || need === "server" ? harness[need] : harness.store[need]) !== undefined;
}

function noting(harness: StoreHarness, opened: Set<Store>): StoreHarness {
  const { store, second, clock, server } = harness;
  if (second === undefined) return harness;
  return {
    store,
    async second() {
      const another = await second.call(harness);
      opened.add(another);
      return another;
    },
    ...(clock && { clock }),
    ...(server && { server }),
  };
}
