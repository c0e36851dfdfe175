import type { Store } from "@refrain/core";
import { postgresStore } from "@refrain/postgres";
import { redisStore } from "@refrain/redis";
import { sqliteStore } from "@refrain/sqlite";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { createClient } from "redis";

/** The store of one process. */
export interface ProcessStore {
  readonly store: Store;
  /** Closes what lies below the store, so that nothing keeps the process alive. */
  end(): unknown;
}

/** How many connections a process has for its calls. Few, so that a test can take them all. */
const poolSize = 4;

/** Opens the store at an address: `redis://…`, `postgres://…`, or a path, which is a SQLite file. Both clients of Redis are in use: each process takes one by its number. */
export async function openProcessStore(address: string, number: number): Promise<ProcessStore> {
  if (address.startsWith("redis:")) return number % 2 === 0 ? onIORedis(address) : onNodeRedis(address);
  if (address.startsWith("postgres:")) return onPostgres(address);
  const store = sqliteStore(address);
  return { store, end: () => store.close?.() };
}

async function onNodeRedis(url: string): Promise<ProcessStore> {
  const client = createClient({ url });
  const store = redisStore(client);
  await client.connect();
  return { store, end: () => client.destroy() };
}

function onIORedis(url: string): ProcessStore {
  const client = new Redis(url);
  return { store: redisStore(client), end: () => client.disconnect() };
}

function onPostgres(connectionString: string): ProcessStore {
  const pool = new Pool({ connectionString, connectionTimeoutMillis: 1000, max: poolSize });
  const listen = new Pool({ connectionString, connectionTimeoutMillis: 1000, max: 1 });
  return { store: postgresStore(pool, { listen }), end: () => Promise.all([pool.end(), listen.end()]) };
}
