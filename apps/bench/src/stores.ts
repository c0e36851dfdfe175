import { memoryStore, type Store } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { scratchFolder } from "./scratch.js";

export type StoreKind = "memory" | "sqlite";

/** A store that was filled beforehand, within one transaction where there are such. What is measured opens the file as an app would. */
export async function filledStore(kind: StoreKind, fill: (store: Store) => Promise<void>): Promise<Store> {
  const rows = memoryStore();
  await fill(rows);
  if (kind === "memory") return rows;
  const file = join(scratchFolder(), "grants.sqlite");
  const store = sqliteStore(file);
  // The first call makes the table.
  await store.get("");
  await copyInto(file, rows);
  return store;
}

async function copyInto(file: string, rows: Store): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN");
  const insert = database.prepare("INSERT INTO refrain_grants (key, value, expires_at) VALUES (?, ?, ?)");
  const expiresAt = Date.now() + 86_400_000;
  for await (const key of rows.keys?.() ?? []) insert.run(key, await rows.get(key), expiresAt);
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}
