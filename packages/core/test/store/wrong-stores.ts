import type { Store } from "../../src/store/store.js";
import type { ManualClock } from "../../src/testing/manual-clock.js";
import type { StoreServer } from "../../src/testing/store-harness.js";

interface Row {
  value: string;
  expiresAt: number;
}

interface ObservedServer extends Required<StoreServer> {
  hanging: boolean;
  dropped: boolean;
  onRestart: () => void;
}

/** What wrong stores are made from: a right one, and what lies under it. */
export interface Parts {
  readonly right: Store;
  readonly server: ObservedServer;
  /** Carries work to the server and its result back. */
  readonly send: <Result>(work: () => Result) => Promise<Result>;
  readonly rows: Map<string, Row>;
  readonly clock: ManualClock;
  readonly write: (key: string, value: string, expiresAt?: number) => true;
}

/** A mistake that a store can make, and checks that must not let it pass. */
export interface WrongStore {
  readonly name: string;
  readonly failing: readonly string[];
  /** Called for each handle. */
  readonly make: (parts: Parts) => Partial<Store>;
}

/** How long a call waits for its answer. */
const deadlineMs = 30;

/** The parts of a store, none of them wrong. */
export function partsOf(clock: ManualClock): Parts {
  const rows = new Map<string, Row>();
  const listeners = new Set<(key: string | null) => void>();
  let lost: "request" | "answer" | undefined;
  let held: (() => void)[] | undefined;

  const live = (row: Row | undefined): row is Row => row !== undefined && clock.now() < row.expiresAt;
  const valueOf = (key: string): string | null => {
    const row = rows.get(key);
    return live(row) ? row.value : null;
  };
  const write = (key: string, value: string, expiresAt = Infinity): true => {
    rows.set(key, { value, expiresAt });
    for (const tell of listeners) tell(key);
    return true;
  };
  // A subscription is renewed a moment after it was dropped.
  const cut = (): void => {
    server.dropped = true;
    setTimeout(() => listeners.forEach((tell) => tell(null)), 1);
  };

  async function send<Result>(work: () => Result): Promise<Result> {
    const losing = lost;
    lost = undefined;
    if (losing !== undefined) cut();
    if (losing === "request") throw new Error("connection lost");
    if (held !== undefined) {
      held.push(work);
      await new Promise((resolve) => setTimeout(resolve, deadlineMs));
      throw new Error("late");
    }
    const result = work();
    if (losing === "answer") throw new Error("connection lost");
    return result;
  }

  const server: ObservedServer = {
    hanging: false,
    dropped: false,
    onRestart() {},
    cut,
    cutNext: (at) => void (lost = at),
    hang() {
      server.hanging = true;
      held = [];
    },
    resume() {
      server.hanging = false;
      const waiting = held ?? [];
      held = undefined;
      for (const work of waiting) work();
    },
    restart() {
      server.onRestart();
      cut();
    },
    patienceMs: 100,
  };
  const right: Store = {
    get: (key) => send(() => valueOf(key)),
    swap: (key, before, after, expiresAt) => send(() => valueOf(key) === before && write(key, after, expiresAt)),
    async *keys() {
      for (const [key, row] of rows) if (live(row)) yield key;
    },
    async watch(listener) {
      listeners.add(listener);
      return async () => void listeners.delete(listener);
    },
    close: async () => {},
  };
  return { right, server, send, rows, clock, write };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const onValues = (change: (value: string) => string): WrongStore["make"] => {
  return ({ right }) => ({ swap: (key, before, after, expiresAt) => right.swap(key, before === null ? null : change(before), change(after), expiresAt) });
};
const onKeys = (change: (key: string) => string): WrongStore["make"] => {
  return ({ right }) => ({ get: (key) => right.get(change(key)), swap: (key, ...rest) => right.swap(change(key), ...rest) });
};
const onExpiry = (change: (expiresAt: number | undefined, before: Row | undefined, clock: ManualClock) => number | undefined): WrongStore["make"] => {
  return ({ right, rows, clock }) => ({ swap: (key, before, after, expiresAt) => right.swap(key, before, after, change(expiresAt, rows.get(key), clock)) });
};
const oneAtATime = (): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine;
    return mine;
  };
};

const lostRequest = "a swap whose request was lost is not said to have held, unless it was sent again";
const lostAnswer = "a swap whose answer was lost is applied once at most, and reading tells";
const unanswered = "a call that the server does not answer is rejected in time, and the next one is answered when it does";
const closed = "close leaves no call waiting, and takes back nothing that was acknowledged";

const forever = (): Promise<never> => new Promise(() => {});

export const wrongStores: readonly WrongStore[] = [
  {
    name: "a get that gives undefined for absent",
    failing: ["a key never written has no value"],
    make: ({ right }) => ({ get: async (key) => (await right.get(key)) ?? (undefined as unknown as null) }),
  },
  {
    name: "a swap that always says true",
    failing: ["a swap for absent writes, once", "a swap replaces the value it names and no other", "of 32 swaps from one value exactly one holds"],
    make: ({ right }) => ({ swap: async (...given) => (await right.swap(...given)) || true }),
  },
  {
    name: "a swap that always says false",
    failing: ["a swap for absent writes, once", "no update is lost among writers that read and swap until it holds"],
    make: ({ right }) => ({ swap: async (...given) => (await right.swap(...given)) && false }),
  },
  {
    name: "a swap that writes whatever it finds",
    failing: [
      "a swap for absent writes, once",
      "a swap replaces the value it names and no other",
      "no update is lost among writers that read and swap until it holds",
    ],
    make: ({ write }) => ({ swap: async (key, _, after, expiresAt) => write(key, after, expiresAt) }),
  },
  {
    name: "a swap that writes even when it says false",
    failing: ["a swap for absent writes, once", "a swap replaces the value it names and no other"],
    make: ({ right, write }) => ({
      async swap(key, before, after, expiresAt) {
        const held = await right.swap(key, before, after, expiresAt);
        return write(key, after, expiresAt) && held;
      },
    }),
  },
  {
    name: "a swap that says true and writes nothing",
    failing: ["a swap for absent writes, once", "of 32 swaps for absent exactly one holds"],
    make: () => ({ swap: async () => true }),
  },
  {
    name: "a swap that takes an absent key for any value",
    failing: ["a swap for a value finds nothing where there is none"],
    make: ({ right, write }) => ({
      swap: async (key, before, after, expiresAt) =>
        (await right.get(key)) === null ? write(key, after, expiresAt) : right.swap(key, before, after, expiresAt),
    }),
  },
  {
    name: "a swap that reads, then writes",
    failing: [
      "of 32 swaps from one value exactly one holds",
      "of 32 swaps for absent exactly one holds",
      "of 32 swaps over an expired value exactly one holds",
      "of 32 swaps over two handles exactly one holds",
      "no update is lost among writers that read and swap until it holds",
    ],
    make: ({ right, write }) => ({
      async swap(key, before, after, expiresAt) {
        const found = await right.get(key);
        await turn();
        return found === before && write(key, after, expiresAt);
      },
    }),
  },
  {
    name: "a swap that reads, then writes, under a lock of its own process",
    failing: ["of 32 swaps over two handles exactly one holds"],
    make({ right, write }) {
      const alone = oneAtATime();
      return {
        swap: (key, before, after, expiresAt) =>
          alone(async () => {
            const found = await right.get(key);
            await turn();
            return found === before && write(key, after, expiresAt);
          }),
      };
    },
  },
  {
    name: "a handle that remembers what it read",
    failing: ["what one handle wrote the other reads at once"],
    make({ right }) {
      const read = new Map<string, string | null>();
      return {
        async get(key) {
          const value = read.has(key) ? (read.get(key) ?? null) : await right.get(key);
          read.set(key, value);
          return value;
        },
      };
    },
  },
  {
    name: "a handle that remembers what it found, until it writes itself",
    failing: ["what one handle wrote the other reads at once"],
    make({ right }) {
      const found = new Map<string, string>();
      return {
        async get(key) {
          const value = found.get(key) ?? (await right.get(key));
          if (value !== null) found.set(key, value);
          return value;
        },
        swap(key, ...given) {
          found.delete(key);
          return right.swap(key, ...given);
        },
      };
    },
  },
  {
    name: "a get that ignores expiry",
    failing: ["an expired value is absent for get", "a value that has expired when it is written is absent", "a swap with an earlier expiry shortens"],
    make: ({ rows }) => ({ get: async (key) => rows.get(key)?.value ?? null }),
  },
  {
    name: "a swap from a value that ignores expiry",
    failing: ["an expired value is absent for a swap from it"],
    make: ({ right, rows, write }) => ({
      swap: async (key, before, after, expiresAt) =>
        before !== null && rows.get(key)?.value === before ? write(key, after, expiresAt) : right.swap(key, before, after, expiresAt),
    }),
  },
  {
    name: "a swap from absent that ignores expiry",
    failing: ["an expired value is absent for a swap from absent", "of 32 swaps over an expired value exactly one holds"],
    make: ({ right, rows }) => ({ swap: async (key, before, ...rest) => !(before === null && rows.has(key)) && right.swap(key, before, ...rest) }),
  },
  {
    name: "values that expire at once",
    failing: ["a value is there until it expires"],
    make: onExpiry((expiresAt, _, clock) => expiresAt && Math.min(expiresAt, clock.now() + 10)),
  },
  {
    name: "a timer for each value, which fires at once where it is longer than a timer can be",
    failing: ["a value that expires in a year is there"],
    make: onExpiry((expiresAt, _, clock) => (expiresAt !== undefined && expiresAt - clock.now() > 2 ** 31 - 1 ? clock.now() + 1 : expiresAt)),
  },
  {
    name: "an expiry that has passed, taken for none",
    failing: ["a value that has expired when it is written is absent"],
    make: onExpiry((expiresAt, _, clock) => (expiresAt !== undefined && expiresAt < clock.now() ? undefined : expiresAt)),
  },
  {
    name: "an expiry of 0, taken for none",
    failing: ["a value that has expired when it is written is absent"],
    make: onExpiry((expiresAt) => expiresAt || undefined),
  },
  {
    name: "an expiry that has passed, refused",
    failing: ["a value that has expired when it is written is absent"],
    make: ({ right, clock }) => ({
      async swap(key, before, after, expiresAt) {
        if (expiresAt !== undefined && expiresAt < clock.now()) throw new RangeError("invalid expire time");
        return right.swap(key, before, after, expiresAt);
      },
    }),
  },
  {
    name: "a default expiry",
    failing: ["a value without expiry stays"],
    make: onExpiry((expiresAt, _, clock) => expiresAt ?? clock.now() + 10),
  },
  {
    name: "a value without expiry, taken for one that has expired by a swap from absent",
    failing: ["a value without expiry stays"],
    make: ({ right, rows, write }) => ({
      swap: async (key, before, after, expiresAt) =>
        before === null && rows.get(key)?.expiresAt === Infinity ? write(key, after, expiresAt) : right.swap(key, before, after, expiresAt),
    }),
  },
  {
    name: "a list of those keys that will expire",
    failing: ["keys() lists every key that has a value and none that expired"],
    make: ({ rows, clock }) => ({
      async *keys() {
        for (const [key, { expiresAt }] of rows) if (clock.now() < expiresAt && expiresAt < Infinity) yield key;
      },
    }),
  },
  {
    name: "a swap that keeps the first expiry",
    failing: ["a swap with a later expiry prolongs", "a swap with an earlier expiry shortens", "a swap without expiry clears it"],
    make: onExpiry((expiresAt, row, clock) => (row !== undefined && clock.now() < row.expiresAt ? row.expiresAt : expiresAt)),
  },
  {
    name: "a swap without expiry that keeps the old one",
    failing: ["a swap without expiry clears it"],
    make: onExpiry((expiresAt, row) => expiresAt ?? row?.expiresAt),
  },
  {
    name: "a swap that sets an expiry on new rows only",
    failing: ["a swap sets an expiry where there was none", "a swap with an earlier expiry shortens"],
    make: onExpiry((expiresAt, row, clock) => (row !== undefined && clock.now() < row.expiresAt ? undefined : expiresAt)),
  },
  {
    name: "a lost swap that still sets the expiry",
    failing: ["a swap that does not hold leaves the expiry alone"],
    make: ({ right, rows }) => ({
      async swap(key, before, after, expiresAt) {
        if (await right.swap(key, before, after, expiresAt)) return true;
        const row = rows.get(key);
        if (row !== undefined && expiresAt !== undefined) row.expiresAt = expiresAt;
        return false;
      },
    }),
  },
  {
    name: "an integer column for the expiry",
    failing: ["an expiry between two milliseconds is taken"],
    make: ({ right }) => ({
      async swap(key, before, after, expiresAt = 0) {
        if (!Number.isInteger(expiresAt)) throw new TypeError("cannot store REAL value in INTEGER column");
        return right.swap(key, before, after, expiresAt === 0 ? undefined : expiresAt);
      },
    }),
  },
  {
    name: "values cut at 32 KiB",
    failing: ["a value comes back exactly: 64 KiB", "values that are nearly equal are different"],
    make: onValues((value) => value.slice(0, 32_768)),
  },
  {
    name: "values cut at 64 KiB less a byte",
    failing: ["a value comes back exactly: 64 KiB", "values that are nearly equal are different"],
    make: onValues((value) => value.slice(0, 65_535)),
  },
  {
    name: "one byte per character",
    failing: [
      "a value comes back exactly: 64 KiB of three-byte characters",
      "a value comes back exactly: characters beyond the basic plane, accents apart and together",
    ],
    make: onValues((value) => Buffer.from(value, "latin1").toString("latin1")),
  },
  {
    name: "values in Unicode's composed form",
    failing: ["a value comes back exactly: characters beyond the basic plane, accents apart and together", "values that are nearly equal are different"],
    make: onValues((value) => value.normalize("NFC")),
  },
  {
    name: "values trimmed",
    failing: ["a value comes back exactly: white space, quotes and backslashes", "values that are nearly equal are different"],
    make: onValues((value) => value.trim()),
  },
  {
    name: "values pasted into the statement",
    failing: ["a value comes back exactly: SQL", "a value comes back exactly: white space, quotes and backslashes"],
    make: ({ right }) => ({
      async swap(key, before, after, expiresAt) {
        if (after.includes("'")) throw new Error("unrecognized token");
        return right.swap(key, before, after, expiresAt);
      },
    }),
  },
  {
    name: "a column with the affinity of numbers",
    failing: ["a value comes back exactly: a number, and the word null", "values that are nearly equal are different"],
    make: onValues((value) => (/^[\d.e]+/.test(value) ? String(Number.parseFloat(value)) : value)),
  },
  {
    name: "values compared without case",
    failing: ["values that are nearly equal are different"],
    make: onValues((value) => (value.length < 6 ? value.toLowerCase() : value)),
  },
  { name: "keys without case", failing: ["every key is a key of its own, to the last character and in its case"], make: onKeys((key) => key.toLowerCase()) },
  {
    name: "keys cut at 127 characters",
    failing: ["every key is a key of its own, to the last character and in its case"],
    make: onKeys((key) => key.slice(0, 127)),
  },
  {
    name: "keys matched with LIKE, where _ is any character",
    failing: ["every key is a key of its own, to the last character and in its case"],
    make: onKeys((key) => key.replace(/a[.:_-]/g, "a?")),
  },
  {
    name: "a plain object for a map",
    failing: ["a key may be named like a property of every object"],
    make() {
      const rows: Record<string, string> = {};
      return {
        get: async (key) => rows[key] ?? null,
        async swap(key, before, after) {
          if ((rows[key] ?? null) !== before) return false;
          rows[key] = after;
          return true;
        },
      };
    },
  },
  {
    name: "keys() that lists what has expired",
    failing: ["keys() lists every key that has a value and none that expired"],
    make: ({ rows }) => ({
      async *keys() {
        yield* rows.keys();
      },
    }),
  },
  {
    name: "keys() that stops after its first page",
    failing: ["keys() lists every key that has a value and none that expired"],
    make: ({ rows }) => ({
      async *keys() {
        yield* [...rows.keys()].slice(0, 100);
      },
    }),
  },
  {
    name: "keys() that lists the database's names for them",
    failing: ["keys() lists every key that has a value and none that expired"],
    make: ({ rows }) => ({
      async *keys() {
        for (const key of rows.keys()) yield `refrain:${key}`;
      },
    }),
  },
  {
    name: "a watch that hears nothing",
    failing: ["watch tells of another handle's writes within a second, until it is ended"],
    make: () => ({ watch: async () => async () => {} }),
  },
  {
    name: "a watch that hears new keys only",
    failing: ["watch tells of another handle's writes within a second, until it is ended"],
    make: ({ right }) => ({
      async watch(listener) {
        const seen = new Set<string | null>();
        return (await right.watch?.((key) => (seen.has(key) ? undefined : seen.add(key) && listener(key)))) ?? (async () => {});
      },
    }),
  },
  {
    name: "a watch that cannot be ended",
    failing: ["watch tells of another handle's writes within a second, until it is ended"],
    make: ({ right }) => ({
      async watch(listener) {
        await right.watch?.(listener);
        return async () => {};
      },
    }),
  },
  {
    name: "a close that throws the second time",
    failing: ["close can be repeated and leaves the data to the other handle"],
    make() {
      let open = true;
      return {
        async close() {
          if (!open) throw new Error("not open");
          open = false;
        },
      };
    },
  },
  {
    name: "a close that takes the data with it",
    failing: ["close can be repeated and leaves the data to the other handle"],
    make: ({ rows }) => ({ close: async () => rows.clear() }),
  },
  {
    name: "a swap that takes a failure for success",
    failing: [lostRequest],
    make: ({ right }) => ({ swap: (...given) => right.swap(...given).catch(() => true) }),
  },
  {
    name: "a swap that is never told that its request was lost",
    failing: [lostRequest],
    make: ({ right }) => ({ swap: (...given) => right.swap(...given).catch(() => forever()) }),
  },
  {
    name: "a swap that is never told that its answer was lost",
    failing: [lostAnswer],
    make: ({ right }) => ({ swap: (...given) => right.swap(...given).catch(() => forever()) }),
  },
  {
    name: "a handle that remembers what it wrote, and takes a failed swap for one that was not applied",
    failing: [lostAnswer],
    make({ right }) {
      const wrote = new Map<string, string>();
      return {
        get: async (key) => (await right.get(key)) && (wrote.get(key) ?? right.get(key)),
        async swap(key, before, after, expiresAt) {
          const held = await right.swap(key, before, after, expiresAt);
          if (held) wrote.set(key, after);
          return held;
        },
      };
    },
  },
  {
    name: "a swap that is sent again as a plain write",
    failing: [lostAnswer],
    make: ({ right, send, write }) => ({
      swap: (key, before, after, expiresAt) =>
        right.swap(key, before, after, expiresAt).catch(async (error: unknown) => {
          await send(() => write(key, `${after} again`, expiresAt));
          throw error;
        }),
    }),
  },
  {
    name: "a store that is lost with its first connection",
    failing: ["a dropped connection is followed by another", "what was acknowledged is there after the server crashed, and the store works again"],
    make: ({ right, server }) => ({ get: (key) => (server.dropped ? Promise.reject(new Error("closed")) : right.get(key)) }),
  },
  {
    name: "a server that acknowledges what it has not saved",
    failing: ["what was acknowledged is there after the server crashed, and the store works again"],
    make({ rows, server }) {
      server.onRestart = () => rows.clear();
      return {};
    },
  },
  {
    name: "a call that waits as long as the server hangs",
    failing: [unanswered, "close ends while the server hangs"],
    make: ({ right, server }) => ({ get: (key) => (server.hanging ? forever() : right.get(key)) }),
  },
  {
    name: "an answer from memory while the server hangs",
    failing: [unanswered],
    make({ right }) {
      const read = new Map<string, string | null>();
      return {
        async get(key) {
          try {
            const value = await right.get(key);
            read.set(key, value);
            return value;
          } catch {
            return read.get(key) ?? null;
          }
        },
      };
    },
  },
  {
    name: "a store that is late once and refuses from then on",
    failing: [unanswered],
    make({ right }) {
      let refuses = false;
      return {
        async get(key) {
          if (refuses) throw new Error("refused");
          try {
            return await right.get(key);
          } catch (error) {
            refuses = true;
            throw error;
          }
        },
      };
    },
  },
  {
    name: "a watch that is renewed and does not say that it missed something",
    failing: ["a watch whose connection was dropped says null, and goes on"],
    make: ({ right }) => ({ watch: async (listener) => (await right.watch?.((key) => key !== null && listener(key))) ?? (async () => {}) }),
  },
  {
    name: "a watch that ends with its connection",
    failing: ["a watch whose connection was dropped says null, and goes on"],
    make: ({ right }) => ({
      async watch(listener) {
        let over = false;
        return (
          (await right.watch?.((key) => {
            if (!over) listener(key);
            over ||= key === null;
          })) ?? (async () => {})
        );
      },
    }),
  },
  {
    name: "a close that leaves the calls waiting that it meets",
    failing: [closed],
    make({ right }) {
      let over = false;
      return {
        async swap(...given) {
          await turn();
          return over ? forever() : right.swap(...given);
        },
        async close() {
          over = true;
        },
      };
    },
  },
  {
    name: "a swap that is acknowledged when it is queued, and a close that empties the queue",
    failing: [closed],
    make({ right }) {
      let over = false;
      return {
        async swap(...given) {
          void turn().then(() => over || right.swap(...given));
          return true;
        },
        async close() {
          over = true;
        },
      };
    },
  },
  {
    name: "a close that waits for the server",
    failing: ["close ends while the server hangs"],
    make: ({ right, server }) => ({ ...right, close: () => (server.hanging ? forever() : Promise.resolve()) }),
  },
];
