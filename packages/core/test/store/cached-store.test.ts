import { describe, expect, it, vi } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import { cached, fresh } from "../../src/store/cached-store.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { Store } from "../../src/store/store.js";
import { describeStore } from "../../src/testing/describe-store.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";

describeStore("cached(memoryStore), its clock moved by hand", () => {
  const clock = manualClock();
  const inner = memoryStore({ clock });
  const open = (): Store => cached(inner, { maxAgeMs: 1, clock });
  return { store: open(), second: open, clock };
});

describe("how old an answer may be", () => {
  it("asks the store once in maxAgeMs", async () => {
    const { clock, inner, store } = await setUp({ maxAgeMs: 1000 });
    for (let read = 0; read < 10; read++) expect(await store.get("key")).toBe("one");
    await clock.advance(999);
    expect(await store.get("key")).toBe("one");
    expect(inner.get).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    expect(await store.get("key")).toBe("one");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("is given at once where it is held, as a promise where it has to be asked for", async () => {
    const { store } = await setUp({ maxAgeMs: 1000 });
    const asked = store.get("key");
    expect(asked).toBeInstanceOf(Promise);
    await asked;
    expect(store.get("key")).toBe("one");
  });

  it("is not kept of a store that says at once that there is none", async () => {
    const inner = memoryStore();
    const store = cached({ get: inner.get, swap: inner.swap }, { maxAgeMs: 1000 });
    expect(store.get("key")).toBeNull();
    await inner.swap("key", null, "one");
    expect(store.get("key")).toBe("one");
  });

  it("counts the age from before the question, not from the answer", async () => {
    const { clock, inner, store } = await setUp({ maxAgeMs: 1000 });
    const read = held(inner);
    const first = store.get("key");
    await clock.advance(999);
    read.release();
    expect(await first).toBe("one");
    await clock.advance(1);
    await store.get("key");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("goes by monotonic time: a corrected wall clock makes nothing old or young", async () => {
    const { clock, inner, store } = await setUp({ maxAgeMs: 1000 });
    await store.get("key");
    clock.jump(7_200_000);
    await store.get("key");
    expect(inner.get).toHaveBeenCalledTimes(1);
    clock.jump(-14_400_000);
    await clock.advance(1000);
    await store.get("key");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("serves another process's older value for maxAgeMs at the most where the store has no watch", async () => {
    const { clock, inner, store } = await setUp({ maxAgeMs: 1000, watch: false });
    await store.get("key");
    await inner.swap("key", "one", "two");
    expect(await store.get("key")).toBe("one");
    await clock.advance(1000);
    expect(await store.get("key")).toBe("two");
  });

  it.each([0, -1, 5001, 1.5, Number.NaN, Infinity])("refuses maxAgeMs %s", (maxAgeMs) => {
    expect(() => cached(memoryStore(), { maxAgeMs })).toThrow(ConfigurationError);
  });

  it.each([1, 5000])("takes maxAgeMs %s", (maxAgeMs) => {
    expect(() => cached(memoryStore(), { maxAgeMs })).not.toThrow();
  });

  it.each([0, 1.5, Infinity])("refuses max %s", (max) => {
    expect(() => cached(memoryStore(), { maxAgeMs: 1000, max })).toThrow(ConfigurationError);
  });
});

describe("what drops an answer", () => {
  it("the word of another's write", async () => {
    const { inner, store } = await setUp();
    await store.get("key");
    await inner.swap("key", "one", "two");
    expect(await store.get("key")).toBe("two");
  });

  it("the word that some writes were missed", async () => {
    const { inner, store, tell } = await setUp();
    await store.get("key");
    tell(null);
    await store.get("key");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("no word of another key", async () => {
    const { inner, store, tell } = await setUp();
    await store.get("key");
    tell("another key");
    await store.get("key");
    expect(inner.get).toHaveBeenCalledTimes(1);
  });

  it("a swap of one's own that holds", async () => {
    const { store } = await setUp({ watch: false });
    await store.get("key");
    expect(await store.swap("key", "one", "two")).toBe(true);
    expect(await store.get("key")).toBe("two");
  });

  it("a swap that is lost", async () => {
    const { inner, store } = await setUp({ watch: false });
    await store.get("key");
    await inner.swap("key", "one", "two");
    expect(await store.swap("key", "one", "three")).toBe(false);
    expect(await store.get("key")).toBe("two");
  });

  it("a swap whose outcome is unknown", async () => {
    const { inner, store } = await setUp({ watch: false });
    await store.get("key");
    inner.swap.mockImplementationOnce(async (...given) => {
      await inner.behind.swap(...given);
      throw new Error("the answer was lost");
    });
    await expect(store.swap("key", "one", "two")).rejects.toThrow("the answer was lost");
    expect(await store.get("key")).toBe("two");
  });

  it("a swap that is under way: a read in the meantime asks the store", async () => {
    const { inner, store } = await setUp({ watch: false });
    await store.get("key");
    let answer = (): void => {};
    inner.swap.mockImplementationOnce(async (...given) => {
      const result = await inner.behind.swap(...given);
      await new Promise<void>((resolve) => (answer = resolve));
      return result;
    });
    const swap = store.swap("key", "one", "two");
    await vi.waitFor(async () => expect(await inner.behind.get("key")).toBe("two"));
    expect(await store.get("key")).toBe("two");
    answer();
    expect(await swap).toBe(true);
  });
});

describe("a read that began before an invalidation does not bring the old value back", () => {
  const invalidations: [string, (set: Awaited<ReturnType<typeof setUp>>) => unknown][] = [
    ["another's write", ({ inner }) => inner.swap("key", "one", "two")],
    ["missed writes", async ({ inner, tell }) => (await inner.behind.swap("key", "one", "two")) && tell(null)],
    ["a swap of one's own", ({ store }) => store.swap("key", "one", "two")],
  ];

  it.each(invalidations)("%s", async (_, invalidate) => {
    const set = await setUp();
    const { inner, store } = set;
    const old = held(inner);
    const early = store.get("key");
    await invalidate(set);
    expect(await store.get("key")).toBe("two");
    old.release();
    expect(await early).toBe("one");
    expect(await store.get("key")).toBe("two");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("a read during one's own swap that saw the value before it", async () => {
    const { inner, store } = await setUp({ watch: false });
    const old = held(inner);
    let early: ReturnType<Store["get"]> | undefined;
    inner.swap.mockImplementationOnce(async (...given) => {
      early = store.get("key");
      return inner.behind.swap(...given);
    });
    await store.swap("key", "one", "two");
    old.release();
    expect(await early).toBe("one");
    expect(await store.get("key")).toBe("two");
  });
});

describe("what is held", () => {
  it.each([
    ["fails", async () => Promise.reject(new Error("too late"))],
    ["finds nothing", async () => null],
  ])("what was read later, when an earlier read %s", async (_, outcome) => {
    const { inner, store, tell } = await setUp();
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    inner.get.mockImplementationOnce(() => ended.then(outcome));
    const early = store.get("key");
    tell("key");
    expect(await store.get("key")).toBe("one");
    end();
    await Promise.allSettled([early]);
    expect(await store.get("key")).toBe("one");
    expect(inner.get).toHaveBeenCalledTimes(2);
  });

  it("one read for all who ask while it is under way", async () => {
    const { inner, store } = await setUp();
    const read = held(inner);
    const all = Array.from({ length: 20 }, async () => store.get("key"));
    read.release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(["one"]));
    expect(inner.get).toHaveBeenCalledTimes(1);
  });

  it("no absence: a sign-in elsewhere is seen at once", async () => {
    const { inner, store } = await setUp({ watch: false });
    expect(await store.get("new")).toBeNull();
    await inner.swap("new", null, "one");
    expect(await store.get("new")).toBe("one");
  });

  it("no failure: the next read asks again", async () => {
    const { inner, store } = await setUp();
    inner.get.mockRejectedValueOnce(new Error("the store is down"));
    await expect(store.get("key")).rejects.toThrow("the store is down");
    expect(await store.get("key")).toBe("one");
  });

  it("at most max values, of which the half that was read last stays", async () => {
    const { inner, store } = await setUp({ max: 4 });
    for (const key of ["a", "b", "c"]) await inner.swap(key, null, key);
    for (const key of ["a", "b", "c", "a"]) await store.get(key);
    inner.get.mockClear();
    await store.get("a");
    await store.get("c");
    expect(inner.get).not.toHaveBeenCalled();
    await store.get("b");
    expect(inner.get).toHaveBeenCalledTimes(1);
  });
});

describe("watch", () => {
  it("is not begun before the first read, and once only", async () => {
    const { inner } = await setUp();
    inner.watch.mockClear();
    const store = cached(inner, { maxAgeMs: 1000 });
    expect(inner.watch).not.toHaveBeenCalled();
    await Promise.all([store.get("key"), store.get("other")]);
    await store.get("key");
    expect(inner.watch).toHaveBeenCalledTimes(1);
  });

  it("makes everything read before it began be read again", async () => {
    const clock = manualClock();
    const behind = memoryStore({ clock });
    let begin = (): void => {};
    const began = new Promise<void>((resolve) => (begin = resolve));
    const inner: Store = { ...behind, watch: async () => (await began, async () => {}) };
    const store = cached(inner, { maxAgeMs: 1000, clock });
    await behind.swap("key", null, "one");
    expect(await store.get("key")).toBe("one");
    await behind.swap("key", "one", "two");
    begin();
    await clock.advance(0);
    expect(await store.get("key")).toBe("two");
  });

  it("that fails is tried again after 30 s, and costs no read", async () => {
    const clock = manualClock();
    const inner = spied(memoryStore({ clock }));
    inner.watch.mockRejectedValue(new Error("no subscriptions here"));
    const store = cached(inner, { maxAgeMs: 1000, clock });
    for (let read = 0; read < 5; read++) expect(await store.get("key")).toBeNull();
    expect(inner.watch).toHaveBeenCalledTimes(1);
    await clock.advance(30_000);
    await store.get("key");
    expect(inner.watch).toHaveBeenCalledTimes(2);
  });

  it("of the cached store tells after the answer is dropped", async () => {
    const { inner, store } = await setUp();
    await store.get("key");
    const seen: Promise<string | null>[] = [];
    const end = await store.watch?.((key) => void seen.push(Promise.resolve(store.get(key ?? "key"))));
    await inner.swap("key", "one", "two");
    expect(await Promise.all(seen)).toEqual(["two"]);
    await end?.();
    await inner.swap("key", "two", "three");
    expect(seen).toHaveLength(1);
  });

  it("of the cached store does so even where it began before the first read", async () => {
    const inner = memoryStore();
    const store = cached(inner, { maxAgeMs: 1000 });
    const seen: Promise<string | null>[] = [];
    await store.watch?.(() => void seen.push(Promise.resolve(store.get("key"))));
    await inner.swap("key", null, "one");
    await Promise.all(seen);
    expect(await store.get("key")).toBe("one");
    await inner.swap("key", "one", "two");
    expect(await seen.at(-1)).toBe("two");
  });

  it("is ended by close, then the store is closed", async () => {
    const order: string[] = [];
    const inner: Store = {
      ...memoryStore(),
      watch: async () => async () => void order.push("watch ended"),
      close: async () => void order.push("store closed"),
    };
    const store = cached(inner, { maxAgeMs: 1000 });
    await store.get("key");
    await store.close?.();
    expect(order).toEqual(["watch ended", "store closed"]);
  });

  it("that is still being opened does not hold close up, and ends once it is open", async () => {
    let opened: () => void = () => {};
    let ended = false;
    const opening = new Promise<void>((resolve) => (opened = resolve));
    const inner: Store = { ...memoryStore(), watch: () => opening.then(() => async () => void (ended = true)) };
    const store = cached(inner, { maxAgeMs: 1000 });
    await store.get("key");
    await store.close?.();
    opened();
    await vi.waitFor(() => expect(ended).toBe(true));
  });

  it("and keys are missing where the store has none", () => {
    const inner = memoryStore();
    const store = cached({ get: (key) => inner.get(key), swap: (...given) => inner.swap(...given) }, { maxAgeMs: 1000 });
    expect(store).not.toHaveProperty("watch");
    expect(store).not.toHaveProperty("keys");
  });
});

describe("fresh", () => {
  it("reads past every cache", async () => {
    const { inner, store } = await setUp({ watch: false });
    const twice = cached(store, { maxAgeMs: 1000 });
    await twice.get("key");
    await inner.swap("key", "one", "two");
    expect(await twice.get("key")).toBe("one");
    expect(await fresh(twice).get("key")).toBe("two");
    expect(await fresh(store).get("key")).toBe("two");
  });

  it("is the store itself where there is no cache", () => {
    const store = memoryStore();
    expect(fresh(store)).toBe(store);
  });
});

type Spied = ReturnType<typeof spied>;

function spied(behind: Store) {
  return {
    behind,
    get: vi.fn<Store["get"]>(async (key) => behind.get(key)),
    swap: vi.fn<Store["swap"]>((...given) => behind.swap(...given)),
    watch: vi.fn<NonNullable<Store["watch"]>>(async (listener) => (await behind.watch?.(listener)) ?? (async () => {})),
  };
}

interface SetUp {
  readonly maxAgeMs?: number;
  readonly max?: number;
  readonly watch?: boolean;
}

/** A cached store over a memory store that holds "one" under "key", with the watch begun. */
async function setUp({ maxAgeMs = 1000, max, watch = true }: SetUp = {}): Promise<{
  clock: ManualClock;
  inner: Spied;
  store: Store;
  tell: (key: string | null) => void;
}> {
  const clock = manualClock();
  const inner = spied(memoryStore({ clock }));
  await inner.swap("key", null, "one");
  const store = cached(watch ? inner : { get: inner.get, swap: inner.swap }, { maxAgeMs, clock, ...(max !== undefined && { max }) });
  await store.get("warm up");
  await clock.advance(0);
  inner.get.mockClear();
  const tell = (key: string | null): void => inner.watch.mock.calls.forEach(([listener]) => listener(key));
  return { clock, inner, store, tell };
}

/** Holds the next read's answer, taken now, until it is released. */
function held(inner: Spied): { release: () => void } {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  inner.get.mockImplementationOnce(async (key) => {
    const value = await inner.behind.get(key);
    await released;
    return value;
  });
  return { release: () => release() };
}
