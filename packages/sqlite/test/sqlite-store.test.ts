import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describeStore } from "@refrain/core/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sqliteStore } from "../src/index.js";
import { movedTime } from "./moved-time.js";
import { temporaryFile } from "./temporary-file.js";

describeStore("sqliteStore on a path", () => {
  const path = temporaryFile();
  return { store: sqliteStore(path), second: () => sqliteStore(path), clock: movedTime() };
});

describeStore("sqliteStore on open databases, in real time", () => {
  const path = temporaryFile();
  return { store: sqliteStore(openDatabase(path)), second: () => sqliteStore(openDatabase(path)) };
});

describe("opening and closing", () => {
  it("opens nothing before the first call", async () => {
    const path = temporaryFile();
    const store = sqliteStore(path);
    expect(existsSync(path)).toBe(false);
    expect(await store.get("key")).toBeNull();
    expect(existsSync(path)).toBe(true);
    await store.close?.();
  });

  it("writes ahead, and leaves one plain file when the last one closes", async () => {
    const path = temporaryFile();
    const store = sqliteStore(path);
    await store.swap("key", null, "one");
    expect(openDatabase(path).prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(existsSync(`${path}-wal`)).toBe(true);
    await store.close?.();
    const again = sqliteStore(path);
    expect(await again.get("key")).toBe("one");
    await again.close?.();
  });

  it("closes what it opened", async () => {
    const path = temporaryFile();
    const store = sqliteStore(path);
    await store.swap("key", null, "one");
    await store.close?.();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it("leaves open what was open, with the settings of its owner", async () => {
    const database = openDatabase(temporaryFile(), { timeout: 77 });
    const store = sqliteStore(database);
    await store.swap("key", null, "one");
    await store.close?.();
    expect(database.isOpen).toBe(true);
    expect(database.prepare("PRAGMA busy_timeout").get()).toEqual({ timeout: 77 });
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
  });

  it("takes a connection that answers with big integers and arrays", async () => {
    const database = openDatabase(temporaryFile(), { readBigInts: true, returnArrays: true });
    const store = sqliteStore(database);
    expect(await store.swap("key", null, "one")).toBe(true);
    expect(await store.swap("key", "one", "two")).toBe(true);
    expect(await store.get("key")).toBe("two");
    for await (const key of store.keys?.() ?? []) expect(key).toBe("key");
  });

  it("keeps :memory: to itself", async () => {
    const store = sqliteStore(":memory:");
    const other = sqliteStore(":memory:");
    expect(await store.swap("key", null, "one")).toBe(true);
    expect(await store.get("key")).toBe("one");
    expect(await other.get("key")).toBeNull();
    await Promise.all([store.close?.(), other.close?.()]);
  });

  it("refuses an empty path at once", () => {
    expect(() => sqliteStore("")).toThrow(TypeError);
  });
});

describe("what is in the file", () => {
  it("is what was written and nothing else", async () => {
    const path = temporaryFile();
    const time = movedTime();
    const store = sqliteStore(path);
    const until = time.now() + 60_000;
    await store.swap("first:key", null, "first value", until);
    await store.swap("second.key", null, "second value");
    await store.close?.();
    const database = openDatabase(path);
    const dump = (sql: string): unknown[] =>
      database
        .prepare(sql)
        .all()
        .map((row) => Object.values(row));
    expect(dump("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name")).toEqual([
      ["table", "refrain_grants", "refrain_grants"],
      ["index", "refrain_grants_expires_at", "refrain_grants"],
      ["index", "sqlite_autoindex_refrain_grants_1", "refrain_grants"],
    ]);
    expect(dump("SELECT * FROM refrain_grants ORDER BY key")).toEqual([
      ["first:key", "first value", until],
      ["second.key", "second value", null],
    ]);
  });

  it("has no expiry where that would never come", async () => {
    const store = sqliteStore(temporaryFile());
    onTestFinished(() => store.close?.());
    expect(await store.swap("key", null, "one", Infinity)).toBe(true);
    expect(await store.get("key")).toBe("one");
  });

  it("is not what was replaced, nor what was purged", async () => {
    const path = temporaryFile();
    const time = movedTime();
    const store = sqliteStore(path);
    const values = ["replaced", "purged", "kept"].map((word) => `${word}-`.repeat(200)) as [string, string, string];
    await store.swap("key", null, values[0]);
    await store.swap("brief", null, values[1], time.now() + 1000);
    await time.advance(1000);
    await store.swap("key", values[0], values[2]);
    await store.close?.();
    const bytes = readFileSync(path);
    expect(values.map((value) => bytes.includes(value))).toEqual([false, false, true]);
  });

  it("does not grow with rows that have expired", async () => {
    const path = temporaryFile();
    const time = movedTime();
    const store = sqliteStore(path);
    const database = openDatabase(path);
    const rows = (): unknown => database.prepare("SELECT count(*) AS rows FROM refrain_grants").get()?.["rows"];
    for (let written = 0; written < 100; written++) await store.swap(`key ${written}`, null, "value", time.now() + 1000);
    await time.advance(1000);
    expect(rows()).toBe(100);
    await store.swap("living", null, "0");
    expect(rows()).toBe(93);
    for (let written = 0; written < 12; written++) await store.swap("living", String(written), String(written + 1));
    expect(rows()).toBe(1);
    await store.close?.();
  });
});

describe("keys", () => {
  it("are listed page by page, with no transaction open while the caller works", async () => {
    const database = openDatabase(temporaryFile());
    database.exec("PRAGMA synchronous = OFF");
    const store = sqliteStore(database);
    const written = Array.from({ length: 450 }, (_, index) => `key ${String(index).padStart(3, "0")}`);
    for (const key of written) await store.swap(key, null, "one");
    const listed: string[] = [];
    for await (const key of store.keys?.() ?? []) {
      listed.push(key);
      expect(await store.swap(key, "one", "two")).toBe(true);
    }
    expect(listed).toEqual(written);
    await store.close?.();
  });
});

describe("watch", () => {
  it("says null for another's write, the key for one's own, and nothing for quiet", async () => {
    const path = temporaryFile();
    const [store, other] = [sqliteStore(path), sqliteStore(path)];
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await store.swap("own", null, "one");
    expect(told).toEqual(["own"]);
    await other.swap("key", null, "one");
    await vi.waitFor(() => expect(told).toEqual(["own", null]));
    await other.swap("own", null, "lost");
    const quiet: (string | null)[] = [];
    await other.watch?.((key) => void quiet.push(key));
    await store.swap("key", "one", "two");
    await vi.waitFor(() => expect(quiet).toEqual([null]));
    expect(told).toEqual(["own", null, "key"]);
    await Promise.all([store.close?.(), other.close?.()]);
  });

  it("says null, again and again, while the file cannot be read", async () => {
    const database = openDatabase(temporaryFile());
    const store = sqliteStore(database);
    let told = 0;
    await store.watch?.(() => void told++);
    database.close();
    await vi.waitFor(() => expect(told).toBeGreaterThan(1));
    await store.close?.();
  });

  it("ends with close", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const store = sqliteStore(temporaryFile());
    await store.watch?.(() => {});
    const end = await store.watch?.(() => {});
    expect(vi.getTimerCount()).toBe(2);
    await end?.();
    expect(vi.getTimerCount()).toBe(1);
    await store.close?.();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function openDatabase(path: string, options: ConstructorParameters<typeof DatabaseSync>[1] = {}): DatabaseSync {
  const database = new DatabaseSync(path, options);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}
