import type { Store } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { inBatches } from "./in-batches.js";
import { inHalfAYear, type Row } from "./row.js";

export function openSqlite(file: string): Store {
  return sqliteStore(file);
}

export async function createSqlite(file: string): Promise<void> {
  const store = sqliteStore(file);
  // The first call makes the table.
  await store.get("");
  await store.close?.();
}

/** Within one transaction, with turns in between in which the process can be ended. */
export async function fillSqlite(file: string, rows: Iterable<Row>): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN");
  const insert = database.prepare("INSERT INTO refrain_grants (key, value, expires_at) VALUES (?, ?, ?)");
  const expiresAt = inHalfAYear();
  for (const batch of inBatches(rows, 2_000)) {
    for (const [key, value] of batch) insert.run(key, value, expiresAt);
    await nextTurn();
  }
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** Of the file, without what waits in its log to be moved there. */
export async function sqliteBytes(file: string): Promise<number> {
  return statSync(file).size;
}
