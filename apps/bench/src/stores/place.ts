import { memoryStore, type Store } from "@refrain/core";
import { setImmediate as nextTurn } from "node:timers/promises";
import { inBatches } from "./in-batches.js";
import { openPostgres } from "./postgres.js";
import { openRedis } from "./redis.js";
import { inHalfAYear, type Row } from "./row.js";
import { openSqlite } from "./sqlite.js";

/** Stores that several processes share. */
export type SharedKind = "sqlite" | "redis" | "postgres";
export const sharedKinds: readonly SharedKind[] = ["sqlite", "redis", "postgres"];

export type StoreKind = "memory" | SharedKind;
export const storeKinds: readonly StoreKind[] = ["memory", ...sharedKinds];

/** Where the rows of one store are, as it is told to the process that opens it. */
export type Place = { readonly kind: "memory"; readonly rows: readonly Row[] } | SharedPlace;

export interface SharedPlace {
  readonly kind: SharedKind;
  /** The path of the file, or the URL with a database of its own. */
  readonly at: string;
}

/** Opens a store as an app would. It stays open for as long as the process runs. */
export async function openStore(place: Place): Promise<Store> {
  switch (place.kind) {
    case "memory":
      return inMemory(place.rows);
    case "sqlite":
      return openSqlite(place.at);
    case "redis":
      return openRedis(place.at);
    case "postgres":
      return openPostgres(place.at);
  }
}

async function inMemory(rows: readonly Row[]): Promise<Store> {
  const store = memoryStore();
  for (const batch of inBatches(rows, 2_000)) {
    for (const [key, value] of batch) await store.swap(key, null, value, inHalfAYear());
    await nextTurn();
  }
  return store;
}
