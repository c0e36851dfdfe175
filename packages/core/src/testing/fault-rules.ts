import { expect } from "vitest";
import { required, rule, type StoreCheck } from "./store-harness.js";
import { endsWithin, newKey, nextChange, outcome, settled, worksAgain, written } from "./store-steps.js";

/** What a store does while its server or the wire to it fails, or while it is closed itself. */
export const faultRules: readonly StoreCheck[] = [
  rule("a swap whose request was lost is not said to have held, unless it was sent again", ["server", "second"], async ({ store, other, server, inADay }) => {
    const key = await written(store, "one", inADay);
    await server.cutNext("request");
    const held = await outcome(endsWithin(server.patienceMs, store.swap(key, "one", "two", inADay)));
    expect(held).not.toBe("waiting");
    await worksAgain(store, server.patienceMs);
    if (held === true) expect(await (await other()).get(key)).toBe("two");
    await settled(store, key, ["one", "two"], inADay);
  }),

  rule("a swap whose answer was lost is applied once at most, and reading tells", ["server", "second"], async ({ store, other, server, inADay }) => {
    const key = await written(store, "one", inADay);
    await server.cutNext("answer");
    expect(await outcome(endsWithin(server.patienceMs, store.swap(key, "one", "two", inADay)))).not.toBe("waiting");
    await worksAgain(store, server.patienceMs);
    const second = await other();
    await worksAgain(second, server.patienceMs);
    expect(await store.get(key)).toBe(await second.get(key));
    await settled(second, key, ["one", "two"], inADay);
    expect(await store.get(key)).toBe("settled");
  }),

  rule("a dropped connection is followed by another", ["server"], async ({ store, server, inADay }) => {
    const key = await written(store, "one", inADay);
    await server.cut();
    await worksAgain(store, server.patienceMs);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, "one", "two", inADay)).toBe(true);
  }),

  rule("what was acknowledged is there after the server crashed, and the store works again", ["server"], async ({ store, server, inADay }) => {
    const key = await written(store, "one", inADay);
    expect(await store.swap(key, "one", "two", inADay)).toBe(true);
    await server.restart();
    await worksAgain(store, server.patienceMs);
    expect(await store.get(key)).toBe("two");
    expect(await store.swap(key, "two", "three", inADay)).toBe(true);
  }),

  rule(
    "a call that the server does not answer is rejected in time, and the next one is answered when it does",
    ["server"],
    async ({ store, server, inADay }) => {
      const key = await written(store, "one", inADay);
      await server.hang();
      try {
        const calls: readonly unknown[] = [store.get(key), store.swap(key, "one", "two", inADay)];
        expect(await Promise.all(calls.map((call) => outcome(endsWithin(server.patienceMs, call))))).toEqual(["rejected", "rejected"]);
      } finally {
        await server.resume();
      }
      await worksAgain(store, server.patienceMs);
      await settled(store, key, ["one", "two"], inADay);
    },
  ),

  rule("a watch whose connection was dropped says null, and goes on", ["server", "watch", "second"], async ({ store, other, server, inADay }) => {
    const key = newKey();
    const missed = nextChange(null, server.patienceMs);
    const change = nextChange(key, server.patienceMs);
    const endings = [await required(store, "watch")(missed.listener), await required(store, "watch")(change.listener)];
    try {
      await Promise.all([missed.heard(), server.cut()]);
      const second = await other();
      await worksAgain(second, server.patienceMs);
      await Promise.all([change.heard(), second.swap(key, null, "one", inADay)]);
    } finally {
      for (const end of endings) await end();
    }
  }),

  rule("close leaves no call waiting, and takes back nothing that was acknowledged", ["second"], async ({ store, other, server, inADay }) => {
    const second = await other();
    const keys = Array.from({ length: 16 }, newKey);
    await store.get(newKey());
    const swaps = keys.map((key) => endsWithin(server.patienceMs, store.swap(key, null, "one", inADay)));
    const closing = endsWithin(server.patienceMs, store.close?.() ?? Promise.resolve());
    const [outcomes] = await Promise.all([Promise.all(swaps.map(outcome)), closing]);
    expect(outcomes).not.toContain("waiting");
    for (const [index, key] of keys.entries()) if (outcomes[index] === true) expect(await second.get(key)).toBe("one");
  }),

  rule("close ends while the server hangs", ["server"], async ({ store, server }) => {
    await store.get(newKey());
    await server.hang();
    try {
      const call = outcome(endsWithin(server.patienceMs, store.get(newKey())));
      await endsWithin(server.patienceMs, store.close?.() ?? Promise.resolve());
      expect(await call).toBe("rejected");
    } finally {
      await server.resume();
    }
  }),
];
