import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Store } from "@refrain/core";
import { SqliteStoreError, type SqliteStoreErrorCode, sqliteStore } from "../src/index.js";
import { temporaryFile } from "./temporary-file.js";

const key = "the-key-that-nobody-may-read";
const secret = "the-value-that-nobody-may-read-";

describe("a lock held by another connection", () => {
  it("is waited for without stopping the event loop", async () => {
    const { path, store } = await storeWithOneRow();
    const locking = lock(path);
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    onTestFinished(() => clearInterval(turning));
    const swap = store.swap(key, "one", "two");
    expect(await store.get(key)).toBe("one");
    await expect.poll(() => turns).toBeGreaterThan(3);
    locking.exec("ROLLBACK");
    expect(await swap).toBe(true);
    expect(await store.get(key)).toBe("two");
  });

  it("that is held on rejects within 2 s, with nothing written, and works again afterwards", async () => {
    const { path, store } = await storeWithOneRow();
    const locking = lock(path);
    const began = performance.now();
    await Promise.all([rejectsWith("busy", store.swap(key, "one", secret)), rejectsWith("busy", store.swap(`${key}:new`, null, secret))]);
    const waitedMs = performance.now() - began;
    expect(waitedMs).toBeGreaterThan(1000);
    expect(waitedMs).toBeLessThan(2000);
    locking.exec("COMMIT");
    await isUnharmed(path, store);
  });

  it("does not keep a store from opening once it is released", async () => {
    const path = temporaryFile();
    const locking = lock(path);
    const store = open(path);
    const read = store.get(key);
    locking.exec("COMMIT");
    expect(await read).toBeNull();
  });
});

describe("a disk that is full", () => {
  it("fails a write whole, still lets rows shrink, and works again when there is room", async () => {
    const { path } = await storeWithOneRow();
    const database = openDatabase(path);
    const store = sqliteStore(database);
    database.exec("PRAGMA max_page_count = 20");
    const large = secret.repeat(1000);
    let written = 0;
    for (; written < 100; written++) {
      const swap = store.swap(`large ${written}`, null, large);
      if (await swap.catch(() => undefined)) continue;
      await rejectsWith("full", swap);
      break;
    }
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(100);
    await rejectsWith("full", store.swap(key, "one", large));
    expect(await store.get(key)).toBe("one");
    expect(await store.get(`large ${written}`)).toBeNull();
    expect(await store.swap("large 0", large, "small")).toBe(true);
    expect(integrityOf(path)).toBe("ok");
    database.exec("PRAGMA max_page_count = 10000");
    expect(await store.swap(`large ${written}`, null, large)).toBe(true);
    await isUnharmed(path, store);
  });
});

describe("a database that cannot be written", () => {
  it("fails a write whole, still reads, and works again when it can", async () => {
    const { path } = await storeWithOneRow();
    const database = openDatabase(path);
    const store = sqliteStore(database);
    database.exec("PRAGMA query_only = ON");
    await rejectsWith("readOnly", store.swap(key, "one", secret));
    await rejectsWith("readOnly", store.swap(`${key}:new`, null, secret));
    expect(await store.get(key)).toBe("one");
    database.exec("PRAGMA query_only = OFF");
    await isUnharmed(path, store);
  });

  it("is named when file and folder lack the permission, and used once they have it", async () => {
    const { path, store: writer } = await storeWithOneRow();
    await writer.close?.();
    const folder = dirname(path);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    const store = open(path);
    await asNobody(() => rejectsWith("readOnly", store.swap(key, "one", secret)));
    chmodSync(folder, 0o755);
    chmodSync(path, 0o644);
    await isUnharmed(path, store);
  });
});

describe("a file that cannot be opened", () => {
  it("for want of its folder is opened once the folder is there", async () => {
    const path = temporaryFile(join("missing", "refrain.sqlite"));
    const store = open(path);
    await rejectsWith("cannotOpen", store.get(key));
    mkdirSync(dirname(path));
    expect(await store.swap(key, null, "one")).toBe(true);
  });

  it("because it is a folder is named", async () => {
    await rejectsWith("cannotOpen", open(dirname(temporaryFile())).get(key));
  });

  it("because it is no database is left as it is", async () => {
    const path = temporaryFile();
    const text = "This is a letter, not a database. ".repeat(100);
    writeFileSync(path, text);
    await rejectsWith("notADatabase", open(path).swap(key, null, secret));
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("because it is damaged is named", async () => {
    const { path, store } = await storeWithOneRow();
    await store.close?.();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 4096));
    await rejectsWith("notADatabase", open(path).get(key));
  });

  it("because its table is somebody else's is named", async () => {
    const path = temporaryFile();
    openDatabase(path).exec("CREATE TABLE refrain_grants (name TEXT)");
    await rejectsWith("unexpected", open(path).get(key));
  });
});

describe("a call at the wrong time", () => {
  it("after close rejects, also one that was waiting for a lock", async () => {
    const { path, store } = await storeWithOneRow();
    lock(path);
    const waiting = rejectsWith("closed", store.swap(key, "one", secret));
    await store.close?.();
    await waiting;
    await rejectsWith("closed", store.get(key));
    await rejectsWith("closed", store.swap(key, "one", secret));
    const watch = store.watch?.(() => {});
    await rejectsWith("closed", watch);
  });

  it("after the owner closed the database rejects", async () => {
    const database = openDatabase(temporaryFile());
    const store = sqliteStore(database);
    await store.get(key);
    database.close();
    await rejectsWith("closed", store.get(key));
  });

  it("after the owner opened the database again is done", async () => {
    const database = openDatabase(temporaryFile());
    const store = sqliteStore(database);
    await store.swap(key, null, "one");
    database.close();
    await rejectsWith("closed", store.swap(key, "one", secret));
    database.open();
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, "one", "two")).toBe(true);
  });

  it.each([
    ["", (database: DatabaseSync) => database],
    [", also on Node before 22.16", silentOnTransactions],
  ])("inside the owner's transaction rejects: a rollback would take back what was acknowledged%s", async (_, seen) => {
    const database = openDatabase(temporaryFile());
    const store = sqliteStore(seen(database));
    database.exec("BEGIN");
    await rejectsWith("inTransaction", store.swap(key, null, secret));
    database.exec("ROLLBACK");
    expect(await store.swap(key, null, "one")).toBe(true);
    database.close();
    await rejectsWith("closed", store.get(key));
  });
});

async function rejectsWith(code: SqliteStoreErrorCode, call: unknown): Promise<void> {
  const error: unknown = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SqliteStoreError);
  expect(error).toMatchObject({ name: "SqliteStoreError", code });
  const everything = inspect(error, { depth: Infinity, showHidden: true });
  for (const word of [key, secret, "refrain.sqlite", "SELECT", "UPDATE"]) expect(everything).not.toContain(word);
}

async function isUnharmed(path: string, store: Store): Promise<void> {
  expect(integrityOf(path)).toBe("ok");
  expect(await store.get(`${key}:new`)).toBeNull();
  expect(await store.swap(key, "one", "two")).toBe(true);
  expect(await store.swap(`${key}:new`, null, "one")).toBe(true);
  expect(await store.get(key)).toBe("two");
}

async function storeWithOneRow(): Promise<{ path: string; store: Store }> {
  const path = temporaryFile();
  const store = open(path);
  await store.swap(key, null, "one");
  return { path, store };
}

function open(path: string): Store {
  const store = sqliteStore(path);
  onTestFinished(() => store.close?.());
  return store;
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

/** As on Node before 22.16, where nothing tells whether a transaction is open. */
function silentOnTransactions(database: DatabaseSync): DatabaseSync {
  return new Proxy(database, {
    get(target, name) {
      const value: unknown = name === "isTransaction" ? undefined : Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function lock(path: string): DatabaseSync {
  const database = openDatabase(path);
  database.exec("BEGIN EXCLUSIVE");
  return database;
}

function integrityOf(path: string): unknown {
  return openDatabase(path).prepare("PRAGMA integrity_check").get()?.["integrity_check"];
}

/** Permissions do not bind root. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
