import { DatabaseSync, type StatementSync } from "node:sqlite";

/** The one table of the store, and every statement that is run on it. */
export interface GrantsTable {
  readonly database: DatabaseSync;
  /** (key, now): the value, as the first of an array or under its name. */
  readonly read: StatementSync;
  /** (key, value, expiresAt, now): where the key is absent or its row has expired. */
  readonly insert: StatementSync;
  /** (value, expiresAt, key, before, now) */
  readonly replace: StatementSync;
  /** (now) */
  readonly findExpired: StatementSync;
  /** (now) */
  readonly purgeExpired: StatementSync;
  /** (after key, now) */
  readonly list: StatementSync;
  /** Grows when another connection has written. */
  readonly version: StatementSync;
}

// A rowid table: with sealed values of 1-2 KiB a WITHOUT ROWID tree holds few rows to a page, and reading one of 200,000 grants was measured to take four times as long.
const schema = `
  CREATE TABLE IF NOT EXISTS refrain_grants (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS refrain_grants_expires_at ON refrain_grants (expires_at) WHERE expires_at IS NOT NULL;
`;

/** Opens the file at a path and sets it up, or uses a connection as its owner set it up. Throws what `node:sqlite` throws, leaving nothing open. */
export function openGrantsTable(at: string | DatabaseSync): GrantsTable {
  if (typeof at !== "string") return prepareGrantsTable(at);
  const database = new DatabaseSync(at);
  try {
    // The timeout first: several processes that start together all want the lock that switching to WAL needs.
    database.exec("PRAGMA busy_timeout = 20; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    return prepareGrantsTable(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareGrantsTable(database: DatabaseSync): GrantsTable {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    // A connection may have been opened to answer otherwise; Node versions that know the option know the method.
    statement.setReadBigInts(false);
    statement.setReturnArrays?.(false);
    return statement;
  };
  database.exec(schema);
  const read = prepare("SELECT value FROM refrain_grants WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)");
  // Every request reads a row, and an object with names takes a good part of the time that this takes. Node 22.13 makes one all the same.
  read.setReturnArrays?.(true);
  return {
    database,
    read,
    insert: prepare(
      `INSERT INTO refrain_grants (key, value, expires_at) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at WHERE refrain_grants.expires_at <= ?`,
    ),
    replace: prepare("UPDATE refrain_grants SET value = ?, expires_at = ? WHERE key = ? AND value = ? AND (expires_at IS NULL OR expires_at > ?)"),
    findExpired: prepare("SELECT 1 FROM refrain_grants WHERE expires_at <= ? LIMIT 1"),
    purgeExpired: prepare("DELETE FROM refrain_grants WHERE key IN (SELECT key FROM refrain_grants WHERE expires_at <= ? ORDER BY expires_at LIMIT 8)"),
    list: prepare("SELECT key FROM refrain_grants WHERE key > ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key LIMIT 200"),
    version: prepare("PRAGMA data_version"),
  };
}
