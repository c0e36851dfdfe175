import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { startPgBouncer } from "server-kit/pgbouncer";
import { startProxy } from "server-kit/proxy";
import { Pool } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { PostgresStoreError, type PostgresStoreErrorCode, postgresStore } from "../src/index.js";
import { eventually, poolOn, postgresOfFile, postgresOfTest, run, storeOn, throughPort } from "./servers.js";

const key = "canary-key";
const secret = "canary-value";

const databaseOfTest = postgresOfFile();

describe("postgresStore", { timeout: 60_000 }, () => {
  it("F-001 a server that is away is refused, nothing is sent later, and the process stays up", async () => {
    const postgres = await postgresOfTest();
    const store = storeOn(postgres.url);
    // Idle connections, whose end the pool tells of.
    await Promise.all(Array.from({ length: 4 }, async () => store.get(key)));
    await postgres.kill();
    await Promise.all(Array.from({ length: 50 }, (_, index) => rejectsWith("notConnected", store.swap(`${key} ${index}`, null, secret))));
    await postgres.start();
    expect(await run(postgres.url, "SELECT count(*)::int AS rows FROM refrain_grants")).toEqual([{ rows: 0 }]);
    expect(await store.swap(key, null, "one")).toBe(true);
  });

  it("F-002 a server that hangs is given up in time, and its connections with it", async () => {
    const postgres = await databaseOfTest();
    const proxy = await startProxy(postgres.port);
    onTestFinished(() => proxy.close());
    const pool = poolOn(throughPort(postgres.url, proxy.port), { max: 2 });
    const store = postgresStore(pool);
    await Promise.all([store.get(key), store.get(key)]);
    proxy.hang();
    const calls = Array.from({ length: 20 }, async () => store.get(key));
    const codes = await Promise.all(calls.map((call) => call.catch((error: PostgresStoreError) => error.code)));
    expect(new Set(codes)).toEqual(new Set(["late", "notConnected"]));
    await eventually(() => expect([pool.totalCount, pool.waitingCount]).toEqual([0, 0]));
    proxy.resume();
    expect(await store.get(key)).toBeNull();
  });

  it("F-004 a standby answers neither swaps nor reads", async () => {
    const postgres = await postgresOfTest();
    const store = storeOn(postgres.url);
    await store.swap(key, null, "one");
    await postgres.kill();
    writeFileSync(join(postgres.folder, "data", "standby.signal"), "");
    await postgres.start();
    expect(await run(postgres.url, "SELECT value FROM refrain_grants")).toEqual([{ value: "one" }]);
    await rejectsWith("readOnly", store.get(key));
    await rejectsWith("readOnly", store.swap(key, "one", secret));
    await run(postgres.url, "SELECT pg_promote()");
    expect(await store.get(key)).toBe("one");
  });

  it("F-016 a pool that is full is refused in time, and no caller waits on", async () => {
    const postgres = await databaseOfTest();
    const pool = poolOn(postgres.url, { max: 1, connectionTimeoutMillis: 200 });
    const store = postgresStore(pool);
    const lent = await pool.connect();
    await rejectsWith("notConnected", store.get(key));
    await rejectsWith("notConnected", store.swap(key, null, secret));
    expect(pool.waitingCount).toBe(0);
    lent.release();
    expect(await store.swap(key, null, "one")).toBe(true);
  });

  it("F-016 a server without room for another connection is refused", async () => {
    const { url } = await databaseOfTest();
    await run(url, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
    await rejectsWith("notConnected", storeOn(url.replace("refrain@", "crowded@")).get(key));
  });

  it("F-016 a backend that is killed in the middle is an unknown outcome, and the next call has another", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    await store.swap(key, null, "one");
    const holder = poolOn(url);
    const lock = await holder.connect();
    await lock.query("BEGIN; SELECT 1 FROM refrain_grants FOR UPDATE");
    const waiting = store.swap(key, "one", secret);
    const rejected = rejectsWith("connectionLost", waiting);
    await eventually(async () => {
      const [row] = await run(url, "SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      expect(row).toEqual({ done: true });
    });
    await rejected;
    await lock.query("ROLLBACK");
    lock.release();
    expect(await store.get(key)).toBe("one");
    expect(await store.swap(key, "one", "two")).toBe(true);
  });

  it("F-016 a row that another transaction holds is given up in time, and written by nobody later", async () => {
    const { url } = await databaseOfTest();
    const store = storeOn(url);
    await store.swap(key, null, "one");
    const lock = await poolOn(url).connect();
    await lock.query("BEGIN; SELECT 1 FROM refrain_grants FOR UPDATE");
    await rejectsWith("late", store.swap(key, "one", secret));
    await lock.query("UPDATE refrain_grants SET value = 'other'; COMMIT");
    lock.release();
    await eventually(async () => expect(await run(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).toEqual([]));
    expect(await store.get(key)).toBe("other");
  });

  it("F-016 a statement that the server ends, and one in the way of another, are told apart", async () => {
    const { url } = await databaseOfTest();
    await storeOn(url).swap(key, null, "one");
    const lock = await poolOn(url).connect();
    await lock.query("BEGIN; SELECT 1 FROM refrain_grants FOR UPDATE");
    await rejectsWith("conflict", storeOn(url, {}, { options: "-c lock_timeout=50" }).swap(key, "one", secret));
    await rejectsWith("late", storeOn(url, {}, { options: "-c statement_timeout=50" }).swap(key, "one", secret));
    const strict = storeOn(url, {}, { options: "-c default_transaction_isolation=serializable" });
    const refused = rejectsWith("conflict", strict.swap(key, "one", secret));
    await eventually(async () => expect(await run(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).toHaveLength(1));
    await lock.query("UPDATE refrain_grants SET value = 'two'; COMMIT");
    lock.release();
    await refused;
    expect(await strict.get(key)).toBe("two");
  });

  it("F-016 a PgBouncer that goes, and one whose Postgres went, are unknown outcomes or none", async () => {
    const postgres = await postgresOfTest();
    const pgbouncer = await startPgBouncer(postgres.port);
    onTestFinished(() => pgbouncer.stop());
    const store = storeOn(pgbouncer.url);
    await store.swap(key, null, "one");
    await postgres.restart();
    await eventually(async () => expect(await store.get(key)).toBe("one"));
    await pgbouncer.kill();
    await eventually(() => rejectsWith("notConnected", store.get(key)));
    await pgbouncer.start();
    expect(await store.swap(key, await store.get(key), "two")).toBe(true);
  });

  it("F-016 behind PgBouncer more callers than server connections are all answered", async () => {
    const postgres = await databaseOfTest();
    const pgbouncer = await startPgBouncer(postgres.port, postgres.database);
    onTestFinished(() => pgbouncer.stop());
    const stores = Array.from({ length: 4 }, () => storeOn(pgbouncer.url));
    const swaps = stores.flatMap((store, from) => Array.from({ length: 50 }, (_, index) => store.swap(`key ${index}`, null, `value of ${from}`)));
    expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(50);
  });

  it("a role without rights, and a login that is refused, are told", async () => {
    const { url } = await databaseOfTest();
    await run(url, "CREATE ROLE app LOGIN; GRANT SELECT ON refrain_grants TO app");
    const store = storeOn(url.replace("refrain@", "app@"));
    expect(await store.get(key)).toBeNull();
    await rejectsWith("notPermitted", store.swap(key, null, secret));
    await rejectsWith("notPermitted", storeOn(url.replace("refrain@", "nobody@")).get(key));
    await rejectsWith("notPermitted", storeOn(url.replace(/[^/]+$/, "missing")).get(key));
    await rejectsWith("readOnly", storeOn(url, {}, { options: "-c default_transaction_read_only=on" }).swap(key, null, secret));
  });

  it("what keeps a pool from connecting is told from a connection that was lost: nothing was sent", async () => {
    const { url } = await databaseOfTest();
    await rejectsWith("notConnected", storeOn(url, {}, { ssl: true }).get(key));
    await rejectsWith("notConnected", postgresStore(new Pool({ host: "/nowhere", connectionTimeoutMillis: 1000 })).swap(key, null, secret));
  });

  it("L-003 an error of Postgres, which holds the whole row, is not passed on", async () => {
    const { url } = await databaseOfTest();
    await run(url, "ALTER TABLE refrain_grants ADD CONSTRAINT short CHECK (length(value) < 5)");
    const error = await rejectsWith("unexpected", storeOn(url).swap(key, null, secret));
    expect(error.sqlState).toBe("23514");
    await run(url, "ALTER TABLE refrain_grants DROP COLUMN expires_at");
    await rejectsWith("unexpected", storeOn(url).get(key));
  });
});

async function rejectsWith(code: PostgresStoreErrorCode, call: unknown): Promise<PostgresStoreError> {
  const error: unknown = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PostgresStoreError);
  expect(error).toMatchObject({ name: "PostgresStoreError", code });
  const everything = inspect(error, { depth: Infinity, showHidden: true });
  for (const word of [key, secret, "INSERT INTO", "127.0.0.1", "refrain_grants"]) expect(everything).not.toContain(word);
  return error as PostgresStoreError;
}
