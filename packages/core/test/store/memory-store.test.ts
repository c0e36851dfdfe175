import { expect, it } from "vitest";
import { memoryStore } from "../../src/store/memory-store.js";
import { describeStore } from "../../src/testing/describe-store.js";
import { manualClock } from "../../src/testing/manual-clock.js";

describeStore("memoryStore, its clock moved by hand", () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  return { store, second: () => store, clock };
});

describeStore("memoryStore in real time", () => {
  const store = memoryStore();
  return { store, second: () => store };
});

it("holds at most about as many expired rows as living ones, and no timer", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  for (let written = 0; written < 20_000; written++) {
    await store.swap(`key ${written}`, null, "value", clock.now() + 1000);
    clock.jump(1);
  }
  expect(await count(store.keys?.())).toBe(999);
  expect(clock.pending()).toBe(0);
  // Rows that were only hidden come back to light when the clock goes back.
  clock.jump(-20_000);
  expect(await count(store.keys?.())).toBeLessThanOrEqual(2000);
});

it("drops expired rows when living ones are only rewritten", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  for (let written = 0; written < 100; written++) await store.swap(`key ${written}`, null, "value", clock.now() + 1000);
  await store.swap("living", null, "0");
  clock.jump(1000);
  for (let written = 0; written < 60; written++) await store.swap("living", String(written), String(written + 1));
  clock.jump(-1000);
  expect(await count(store.keys?.())).toBe(1);
});

it("has expired at the instant of its expiry, and not a millisecond before", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  await store.swap("key", null, "value", clock.now() + 1000);
  clock.jump(999);
  expect(await store.get("key")).toBe("value");
  clock.jump(1);
  expect(await store.get("key")).toBeNull();
});

it("tells each listener of each swap that holds, before the swap resolves, as often as it listens", async () => {
  const store = memoryStore();
  const told: (string | null)[] = [];
  const listener = (key: string | null): void => void told.push(key);
  const end = await store.watch?.(listener);
  await store.watch?.(listener);
  await store.swap("key", null, "one");
  expect(told).toEqual(["key", "key"]);
  await store.swap("key", null, "two");
  await end?.();
  await store.swap("key", "one", "two");
  expect(told).toEqual(["key", "key", "key"]);
});

it("has nothing to close, so that two who share it cannot close it to each other", () => {
  expect(memoryStore()).not.toHaveProperty("close");
});

async function count(keys: AsyncIterable<string> | undefined): Promise<number> {
  let counted = 0;
  for await (const key of keys ?? []) if (key !== "") counted++;
  return counted;
}
