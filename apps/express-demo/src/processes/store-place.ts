import { postgresSchema, postgresStore } from "@refrain/postgres";
import { redisStore } from "@refrain/redis";
import { sqliteStore } from "@refrain/sqlite";
import type { Store } from "@refrain/core";
import { join } from "node:path";
import { Pool } from "pg";
import { createClient } from "redis";
import { startPostgres } from "server-kit/postgres";
import { startRedis } from "server-kit/redis";

/** The stores that the demo can be run on. */
export const storeKinds = ["sqlite", "redis", "postgres"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** Where the grants of several processes lie. */
export interface StorePlace {
  /** What {@link openStore} takes. */
  readonly address: string;
  /** Ends the server; what it held is gone. */
  stop(): Promise<void>;
}

/** A server of the demo's own, or a SQLite file in the folder. */
export async function startStorePlace(kind: StoreKind, folder: string): Promise<StorePlace> {
  switch (kind) {
    case "sqlite":
      return { address: join(folder, "grants.sqlite"), stop: async () => undefined };
    case "redis": {
      const { url, stop } = await startRedis();
      return { address: url, stop };
    }
    case "postgres": {
      const { url, stop } = await startPostgres();
      const pool = new Pool({ connectionString: url, max: 1 });
      await pool.query(postgresSchema());
      await pool.end();
      return { address: url, stop };
    }
  }
}

export interface OpenStore {
  readonly store: Store;
  /** Closes what lies below the store. */
  end(): Promise<unknown>;
}

/** The store of one process. */
export async function openStore(address: string): Promise<OpenStore> {
  if (address.startsWith("redis:")) {
    const client = createClient({ url: address });
    const store = redisStore(client);
    await client.connect();
    return { store, end: () => client.close() };
  }
  if (address.startsWith("postgres:")) {
    const pool = new Pool({ connectionString: address, connectionTimeoutMillis: 1000 });
    return { store: postgresStore(pool, { listen: pool }), end: () => pool.end() };
  }
  const store = sqliteStore(address);
  return { store, end: async () => store.close?.() };
}
