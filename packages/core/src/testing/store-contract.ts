import { expect } from "vitest";
import { faultRules } from "./fault-rules.js";
import { required, rule, type StoreCheck } from "./store-harness.js";
import { briefMs, expired, newKey, nextChange, outlived, race, written } from "./store-steps.js";

const valueBytes = 64 * 1024;

/** The contract of a store, rule by rule, each on keys of its own. `describeStore` runs it; it is data so that its own teeth can be tested. */
export const storeContract: readonly StoreCheck[] = [
  rule("a key never written has no value", [], async ({ store }) => {
    expect(await store.get(newKey())).toBeNull();
  }),

  rule("a swap for absent writes, once", [], async ({ store, inADay }) => {
    const key = newKey();
    expect(await store.swap(key, null, "one", inADay)).toBe(true);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, null, "two", inADay)).toBe(false);
    expect(await store.get(key)).toBe("one");
  }),

  rule("a swap replaces the value it names and no other", [], async ({ store, inADay }) => {
    const key = await written(store, "one", inADay);
    expect(await store.swap(key, "another", "two", inADay)).toBe(false);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, "one", "two", inADay)).toBe(true);
    expect(await store.get(key)).toBe("two");
    expect(await store.swap(key, "one", "three", inADay)).toBe(false);
    expect(await store.get(key)).toBe("two");
  }),

  rule("a swap for a value finds nothing where there is none", [], async ({ store, inADay }) => {
    const key = newKey();
    expect(await store.swap(key, "one", "two", inADay)).toBe(false);
    expect(await store.get(key)).toBeNull();
  }),

  rule("of 32 swaps from one value exactly one holds", [], async ({ store, inADay }) => {
    for (let round = 0; round < 4; round++) await race([store], await written(store, "one", inADay), "one", inADay);
  }),

  rule("of 32 swaps for absent exactly one holds", [], async ({ store, inADay }) => {
    for (let round = 0; round < 4; round++) await race([store], newKey(), null, inADay);
  }),

  rule("of 32 swaps over an expired value exactly one holds", [], async ({ store, time, inADay }) => {
    await race([store], await expired(store, time), null, inADay);
  }),

  rule("of 32 swaps over two handles exactly one holds", ["second"], async ({ store, other, inADay }) => {
    const handles = [store, await other()];
    for (let round = 0; round < 4; round++) await race(handles, await written(store, "one", inADay), "one", inADay);
    await race(handles, newKey(), null, inADay);
  }),

  rule("no update is lost among writers that read and swap until it holds", [], async ({ store, inADay }) => {
    const key = await written(store, "0", inADay);
    const addFive = async (): Promise<void> => {
      let added = 0;
      for (let tries = 0; added < 5 && tries < 1000; tries++) {
        const before = await store.get(key);
        if (await store.swap(key, before, String(Number(before) + 1), inADay)) added++;
      }
      expect(added).toBe(5);
    };
    await Promise.all(Array.from({ length: 8 }, addFive));
    expect(await store.get(key)).toBe("40");
  }),

  rule("what one handle wrote the other reads at once", ["second"], async ({ store, other, inADay }) => {
    const second = await other();
    const key = newKey();
    expect(await second.get(key)).toBeNull();
    await store.swap(key, null, "one", inADay);
    expect(await second.get(key)).toBe("one");
    await store.swap(key, "one", "two", inADay);
    expect(await second.get(key)).toBe("two");
    await second.swap(key, "two", "three", inADay);
    expect(await store.get(key)).toBe("three");
  }),

  rule("a value is there until it expires", [], async ({ store, time, inADay }) => {
    const key = await written(store, "one", inADay);
    await time.advance(briefMs);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, null, "two", inADay)).toBe(false);
    expect(await store.swap(key, "one", "two", inADay)).toBe(true);
  }),

  rule("a value that expires in a year is there", [], async ({ store, time, inADay }) => {
    const inAYear = time.now() + 365 * 86_400_000;
    const key = await written(store, "one", inAYear);
    await time.advance(briefMs);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, "one", "two", inAYear)).toBe(true);
    await time.advance(briefMs);
    expect(await store.get(key)).toBe("two");
    expect(await store.swap(key, "two", "three", inADay)).toBe(true);
  }),

  rule("an expired value is absent for get", [], async ({ store, time }) => {
    expect(await store.get(await expired(store, time))).toBeNull();
  }),

  rule("an expired value is absent for a swap from it", [], async ({ store, time, inADay }) => {
    const key = await expired(store, time);
    expect(await store.swap(key, "expired", "two", inADay)).toBe(false);
    expect(await store.get(key)).toBeNull();
  }),

  rule("an expired value is absent for a swap from absent", [], async ({ store, time, inADay }) => {
    const key = await expired(store, time);
    expect(await store.swap(key, null, "two", inADay)).toBe(true);
    expect(await store.get(key)).toBe("two");
  }),

  rule("a value that has expired when it is written is absent", [], async ({ store, time, inADay }) => {
    const key = newKey();
    expect(await store.swap(key, null, "late", time.now() - 1000)).toBe(true);
    expect(await store.get(key)).toBeNull();
    expect(await store.swap(key, null, "two", inADay)).toBe(true);
    expect(await store.swap(key, "two", "late", time.now() - 1000)).toBe(true);
    expect(await store.get(key)).toBeNull();
    expect(await store.swap(key, null, "late", 0)).toBe(true);
    expect(await store.get(key)).toBeNull();
  }),

  rule("a value without expiry stays", [], async ({ store, time }) => {
    const key = await written(store, "one");
    await time.advance(briefMs);
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, null, "two")).toBe(false);
    expect(await store.swap(key, "one", "two")).toBe(true);
  }),

  rule("a swap with a later expiry prolongs", [], async ({ store, time, inADay }) => {
    expect(await store.get(await outlived(store, time, inADay))).toBe("two");
  }),

  rule("a swap without expiry clears it", [], async ({ store, time }) => {
    expect(await store.get(await outlived(store, time))).toBe("two");
  }),

  rule("a swap with an earlier expiry shortens", [], async ({ store, time, inADay }) => {
    const key = await written(store, "one", inADay);
    expect(await store.swap(key, "one", "two", time.now() + briefMs)).toBe(true);
    await time.advance(briefMs + 10);
    expect(await store.get(key)).toBeNull();
  }),

  rule("a swap sets an expiry where there was none", [], async ({ store, time }) => {
    const key = await written(store, "one");
    expect(await store.swap(key, "one", "two", time.now() + briefMs)).toBe(true);
    await time.advance(briefMs + 10);
    expect(await store.get(key)).toBeNull();
  }),

  rule("a swap that does not hold leaves the expiry alone", [], async ({ store, time, inADay }) => {
    const key = await written(store, "one", inADay);
    expect(await store.swap(key, "another", "two", time.now() + briefMs)).toBe(false);
    expect(await store.swap(key, null, "two", time.now() + briefMs)).toBe(false);
    await time.advance(briefMs + 10);
    expect(await store.get(key)).toBe("one");
  }),

  rule("an expiry between two milliseconds is taken", [], async ({ store, inADay }) => {
    const key = await written(store, "one", inADay + 0.25);
    expect(await store.swap(key, "one", "two", inADay + 0.75)).toBe(true);
    expect(await store.get(key)).toBe("two");
  }),

  ...Object.entries(values()).map(([what, value]) =>
    rule(`a value comes back exactly: ${what}`, [], async ({ store, inADay }) => {
      const key = await written(store, value, inADay);
      // Compared by hand: a report of the difference between two 64 KiB texts helps nobody.
      expect((await store.get(key)) === value, "the value read is the value written").toBe(true);
      expect(await store.swap(key, value, "next", inADay)).toBe(true);
      expect(await store.swap(key, "next", value, inADay)).toBe(true);
      expect((await store.get(key)) === value, "the value read is the value swapped in").toBe(true);
    }),
  ),

  rule("values that are nearly equal are different", [], async ({ store, inADay }) => {
    const long = "v".repeat(valueBytes - 1);
    const pairs = Object.entries({ "same ": "same", same: "SAME", "\u00e9": "e\u0301", "10": "1e1", [`${long}a`]: `${long}b` });
    for (const [value, near] of pairs) {
      const key = await written(store, value, inADay);
      expect(await store.swap(key, near, "next", inADay), `${near.slice(-8)} is not ${value.slice(-8)}`).toBe(false);
      expect((await store.get(key)) === value, "the value is unchanged").toBe(true);
    }
  }),

  rule("every key is a key of its own, to the last character and in its case", [], async ({ store, inADay }) => {
    const stem = newKey();
    const long = stem.padEnd(127, "_");
    const keys = ["a", "A", "a.", "a:", "a-", "a_", ".a", "a.b", "a:b", "a-b", "a_b", "a__b"].map((end) => `${stem}:${end}`);
    keys.push(`${long}a`, `${long}b`, `${long}B`, stem);
    await Promise.all(keys.map((key, index) => store.swap(key, null, `value ${index}`, inADay)));
    expect(await Promise.all(keys.map(async (key) => store.get(key)))).toEqual(keys.map((_, index) => `value ${index}`));
  }),

  rule("a key may be named like a property of every object", [], async ({ store, inADay }) => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const before = await store.get(key);
      expect(before === null || typeof before === "string", `${key} is absent or a text`).toBe(true);
      const after = newKey();
      expect(await store.swap(key, before, after, inADay)).toBe(true);
      expect(await store.get(key)).toBe(after);
      expect(await store.get(newKey())).toBeNull();
    }
  }),

  rule("keys() lists every key that has a value and none that expired", ["keys"], async ({ store, time, inADay }) => {
    const stem = newKey();
    const living = Array.from({ length: 150 }, (_, index) => `${stem}:${index}`);
    await Promise.all(living.map((key) => store.swap(key, null, "one", inADay)));
    const over = await expired(store, time, `${stem}:expired`);
    const lasting = `${stem}:lasting`;
    await store.swap(lasting, null, "one");
    const listed: string[] = [];
    for await (const key of required(store, "keys")()) if (key.startsWith(stem)) listed.push(key);
    expect(new Set(listed)).toEqual(new Set([...living, lasting]));
    expect(listed).not.toContain(over);
  }),

  rule("watch tells of another handle's writes within a second, until it is ended", ["watch", "second"], async ({ store, other, inADay }) => {
    const second = await other();
    const key = newKey();
    let afterTheEnd = 0;
    const end = await required(store, "watch")(() => void afterTheEnd++);
    const change = nextChange(key);
    const endChanges = await required(store, "watch")(change.listener);
    try {
      await Promise.all([change.heard(), second.swap(key, null, "one", inADay)]);
      await end();
      afterTheEnd = 0;
      await Promise.all([change.heard(), second.swap(key, "one", "two", inADay)]);
      expect(afterTheEnd, "calls after the watch was ended").toBe(0);
    } finally {
      await endChanges();
    }
  }),

  rule("close can be repeated and leaves the data to the other handle", ["second"], async ({ store, other, inADay }) => {
    const second = await other();
    const key = await written(store, "one", inADay);
    await store.close?.();
    await store.close?.();
    expect(await second.get(key)).toBe("one");
    expect(await second.swap(key, "one", "two", inADay)).toBe(true);
  }),

  ...faultRules,
];

function values(): Record<string, string> {
  return {
    "64 KiB": randomText(valueBytes),
    "64 KiB of three-byte characters": "\u20ac".repeat(Math.floor(valueBytes / 3)),
    "characters beyond the basic plane, accents apart and together": "\u{1f3b5} e\u0301 \u00e9 \u5b57 \u200d\ufeff",
    "white space, quotes and backslashes": " \t\r\n'\"`\\ %_$1 {} [] ",
    SQL: "'); DROP TABLE refrain; --",
    "a number, and the word null": "0012.50e3 null",
  };
}

function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => String.fromCharCode(33 + (byte % 94))).join("");
}
