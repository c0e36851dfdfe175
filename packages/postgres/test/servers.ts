import type { Store } from "@refrain/core";
import { Pool, type PoolConfig } from "pg";
import { startPostgres, type PostgresServer } from "server-kit/postgres";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";
import { type PostgresStore, postgresSchema, postgresStore, type PostgresStoreOptions } from "../src/index.js";

/** A Postgres with the store's table, which goes with the test: to be killed. */
export async function postgresOfTest(): Promise<PostgresServer> {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  await run(postgres.url, postgresSchema());
  return postgres;
}

/** One Postgres for the tests of a file. Gives each a database of its own, which holds the table. */
export function postgresOfFile(): (table?: string) => Promise<{ url: string; port: number; database: string }> {
  let postgres: PostgresServer;
  let databases = 0;
  beforeAll(async () => void (postgres = await startPostgres()), 60_000);
  afterAll(() => postgres.stop());
  return async (table) => {
    const database = `test_${++databases}`;
    await run(postgres.url, `CREATE DATABASE ${database}`);
    const url = postgres.url.replace("/postgres", `/${database}`);
    await run(url, postgresSchema(table));
    return { url, port: postgres.port, database };
  };
}

/** Runs SQL on a connection of its own, and resolves to the rows. */
export async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 1000 });
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

/** A pool that goes with the test. Nobody listens to its errors. */
export function poolOn(url: string, config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 1000, ...config });
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return pool;
}

/** A store on a new pool, which both go with the test. */
export function storeOn(url: string, options: PostgresStoreOptions = {}, config: PoolConfig = {}): PostgresStore {
  const store = postgresStore(poolOn(url, config), options);
  onTestFinished(() => store.close?.());
  return store;
}

/** The keys that a store lists, in its order. */
export async function keysOf(store: Store): Promise<string[]> {
  const listed: string[] = [];
  for await (const key of store.keys?.() ?? []) listed.push(key);
  return listed;
}

/** The same database, found on another port. */
export function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}

/** Waits for a condition, longer than a busy machine needs. */
export function eventually<Result>(condition: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(condition, { timeout: 20_000, interval: 20 });
}
