import { describe, expect, it } from "vitest";
import { postgresSchema, postgresStore } from "../src/index.js";
import { keysOf, poolOn, postgresOfFile, run, storeOn } from "./servers.js";

const databaseOfTest = postgresOfFile();

describe("the table", { timeout: 60_000 }, () => {
  it("is never made by the store, which says how it is", async () => {
    const { url } = await databaseOfTest("elsewhere");
    const store = storeOn(url);
    const calls = [
      () => store.get("key"),
      () => store.swap("key", null, "one"),
      () => store.swap("key", "one", "two"),
      () => store.purge(),
      () => keysOf(store),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: "tableMissing", message: expect.stringContaining("postgresSchema()") as string });
    }
    await run(url, postgresSchema());
    expect(await store.swap("key", null, "one")).toBe(true);
  });

  it("holds what was written and nothing else, however often its SQL is applied", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    await store.swap("first:key", null, "first value", 1_900_000_000_000.25);
    await store.swap("second.key", null, "second value");
    await run(url, postgresSchema());
    expect(await run(url, "SELECT key, value, (extract(epoch FROM expires_at) * 1000)::numeric(19, 6) AS expires FROM refrain_grants ORDER BY key")).toEqual([
      { key: "first:key", value: "first value", expires: "1900000000000.250000" },
      { key: "second.key", value: "second value", expires: null },
    ]);
    expect(await run(url, "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'refrain_grants' ORDER BY 1")).toEqual([
      { name: "refrain_grants_expires_at" },
      { name: "refrain_grants_pkey" },
    ]);
  });

  it("may have another name, in a schema of its own, where other stores are not seen", async () => {
    const { url } = await databaseOfTest();
    await run(url, `CREATE SCHEMA auth; ${postgresSchema("auth.grants")}`);
    const [store, other] = [storeOn(url, { table: "auth.grants" }), storeOn(url)];
    await store.swap("key", null, "one");
    expect(await other.get("key")).toBeNull();
    expect(await run(url, "SELECT value FROM auth.grants")).toEqual([{ value: "one" }]);
  });

  it("may not have a name that would be more than one", () => {
    const pool = poolOn("postgres://127.0.0.1:1/none");
    for (const table of ["", "Grants", "grants; DROP TABLE users", 'a"b', "a.b.c", ".a", "a.", "1a", "ä", "a".repeat(51), "a\nb"]) {
      expect(() => postgresStore(pool, { table })).toThrow(TypeError);
      expect(() => postgresSchema(table)).toThrow(TypeError);
    }
  });

  it("is listed page by page, in the order of bytes", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    const written = Array.from({ length: 450 }, (_, index) => `${"aAzZ_"[index % 5]} ${index}`).toSorted();
    // Not all at once: each call has a deadline.
    for (let from = 0; from < written.length; from += 50) await Promise.all(written.slice(from, from + 50).map((key) => store.swap(key, null, "one")));
    expect(await keysOf(store)).toEqual(written);
  });

  it("is tidied up when that is asked for, of what has expired and of nothing else", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    await run(url, "INSERT INTO refrain_grants SELECT 'old ' || n, 'value', now() - interval '1 second' FROM generate_series(1, 2500) n");
    await store.swap("living", null, "one", Date.now() + 60_000);
    await store.swap("forever", null, "one");
    expect(await store.purge()).toBe(2500);
    expect(await store.purge()).toBe(0);
    expect(await run(url, "SELECT key FROM refrain_grants ORDER BY key")).toEqual([{ key: "forever" }, { key: "living" }]);
  });

  it("is tidied up around a row that is being written, which lives on", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    await run(url, "INSERT INTO refrain_grants SELECT 'old ' || n, 'value', now() - interval '1 second' FROM generate_series(1, 10) n");
    const writer = await poolOn(url).connect();
    await writer.query("BEGIN; UPDATE refrain_grants SET value = 'new', expires_at = NULL WHERE key = 'old 1'");
    expect(await store.purge()).toBe(9);
    await writer.query("COMMIT");
    writer.release();
    expect(await store.purge()).toBe(0);
    expect(await store.get("old 1")).toBe("new");
  });
});

describe("a pool", { timeout: 60_000 }, () => {
  it("stays open when the store is closed", async () => {
    const { url } = await databaseOfTest();
    const pool = poolOn(url);
    const [store, other] = [postgresStore(pool), postgresStore(pool)];
    await store.close?.();
    await expect(store.get("key")).rejects.toMatchObject({ code: "closed" });
    expect(await other.get("key")).toBeNull();
    await pool.end();
    await expect(other.get("key")).rejects.toMatchObject({ code: "closed" });
  });

  it("that would wait forever is refused at once", () => {
    const [patient, other] = [poolOn("postgres://127.0.0.1:1/none", { connectionTimeoutMillis: 0 }), poolOn("postgres://127.0.0.1:1/none")];
    expect(() => postgresStore(patient)).toThrow("connectionTimeoutMillis");
    expect(() => postgresStore(other, { listen: patient })).toThrow("connectionTimeoutMillis");
  });

  it.each(["BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM refrain_grants", "BEGIN; SELECT 1 / 0"])(
    "whose connection was given back after %s is used on another: what is acknowledged stays, and what is read is there",
    async (left) => {
      const { url } = await databaseOfTest();
      const pool = poolOn(url, { max: 1 });
      const [store, other] = [postgresStore(pool), storeOn(url)];
      await other.swap("key", null, "one");
      const lent = await pool.connect();
      await lent.query(left).catch(() => undefined);
      lent.release();
      await other.swap("key", "one", "two");
      expect(await store.get("key")).toBe("two");
      expect(await store.swap("key", "two", "three")).toBe(true);
      expect(await other.get("key")).toBe("three");
    },
  );

  it.each<[string, object]>([
    ["reads columns in its own way", { types: { getTypeParser: () => () => "parsed" } }],
    ["asks for bytes", { binary: true }],
  ])("that %s gives the store its text", async (_, config) => {
    const { url } = await databaseOfTest();
    const store = storeOn(url, {}, config);
    expect(await store.swap("key", null, "one")).toBe(true);
    expect(await store.get("key")).toBe("one");
    expect(await keysOf(store)).toEqual(["key"]);
  });
});
