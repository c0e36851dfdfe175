import { describe, expect, it } from "vitest";
import { createWakeUps } from "../../src/grants/wake-ups.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { Store } from "../../src/store/store.js";
import { manualClock } from "../../src/testing/manual-clock.js";

/** A store whose watch a test speaks for; the clock stands still, so nobody is woken by time. */
function watched(): { store: Store; tell: (key: string | null) => void; ended: () => boolean } {
  let tell: (key: string | null) => void = () => undefined;
  let ended = false;
  const store: Store = {
    ...memoryStore(),
    watch: async (listener) => {
      tell = listener;
      return async () => void (ended = true);
    },
  };
  return { store, tell: (key) => tell(key), ended: () => ended };
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("This store can watch.");
  return value;
}

describe("whoever waits for another process", () => {
  it.each([
    ["its own key", "a", [true, false]],
    ["null, which is every key", null, [true, true]],
    ["another key", "c", [false, false]],
  ])("is woken by the store's word of %s", async (_, key, expected) => {
    const clock = manualClock();
    const { store, tell } = watched();
    const wakeUps = createWakeUps(store, clock);
    const woken = [false, false];
    const waits = ["a", "b"].map((name, index) => wakeUps.wait(name, 500).then(() => (woken[index] = true)));
    await clock.advance(0);
    tell(key);
    await clock.advance(0);
    expect(woken).toEqual(expected);
    await clock.advance(500);
    await Promise.all(waits);
  });

  it.each([
    ["that cannot watch", undefined],
    ["whose watch fails", () => Promise.reject(new Error("no"))],
  ] as const)("polls a store %s", async (_, watch) => {
    const clock = manualClock();
    const { watch: _own, ...rest } = memoryStore();
    const wakeUps = createWakeUps(watch === undefined ? rest : { ...rest, watch }, clock);
    let woken = false;
    const waiting = wakeUps.wait("a", 500).then(() => (woken = true));
    await clock.advance(499);
    expect(woken).toBe(false);
    await clock.advance(1);
    await waiting;
    await wakeUps.close();
  });

  it("tries a watch that failed again, half a minute later", async () => {
    const clock = manualClock();
    const { store, tell } = watched();
    let tries = 0;
    const watch: NonNullable<Store["watch"]> = (listener) => (++tries === 1 ? Promise.reject(new Error("no")) : required(store.watch)(listener));
    const wakeUps = createWakeUps({ ...store, watch }, clock);
    const wait = async (): Promise<void> => {
      const waiting = wakeUps.wait("a", 500);
      await clock.advance(500);
      await waiting;
    };
    await wait();
    await wait();
    expect(tries).toBe(1);
    await clock.advance(30_000);
    const waiting = wakeUps.wait("a", 500);
    await clock.advance(0);
    expect(tries).toBe(2);
    tell("a");
    await waiting;
    await wakeUps.close();
  });

  it("stops watching when it is closed, and never began where nobody waited", async () => {
    const clock = manualClock();
    const { store, ended } = watched();
    const idle = createWakeUps(store, clock);
    await idle.close();
    expect(ended()).toBe(false);
    const wakeUps = createWakeUps(store, clock);
    const waiting = wakeUps.wait("a", 1);
    await clock.advance(1);
    await waiting;
    await wakeUps.close();
    expect(ended()).toBe(true);
  });

  it("is closed also where the store cannot end the watch, and tells nothing of the store's error", async () => {
    const clock = manualClock();
    const wakeUps = createWakeUps({ ...memoryStore(), watch: async () => () => Promise.reject(new Error("redis://:password@store")) }, clock);
    const waiting = wakeUps.wait("a", 1);
    await clock.advance(1);
    await waiting;
    await wakeUps.close();
  });
});
