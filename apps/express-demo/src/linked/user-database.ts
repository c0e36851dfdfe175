import { DatabaseSync } from "node:sqlite";

/**
 * The app's own database: its users, their sessions, and what was heard on the accounts they linked. Spotify's tokens are not here; the library keeps them, sealed,
 * where it was told to. Whoever loses a link loses with it what was heard through it.
 */
export function openUserDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(schema);
  return database;
}

const schema = `
  PRAGMA busy_timeout = 2000;
  PRAGMA journal_mode = WAL;
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = ON;

  CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    salt BLOB NOT NULL,
    password_hash BLOB NOT NULL,
    spotify_id TEXT UNIQUE,
    spotify_name TEXT
  ) STRICT;

  CREATE TABLE IF NOT EXISTS sessions (
    id_hash BLOB NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS looks (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    heard TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS looks_user_id ON looks (user_id);

  CREATE TRIGGER IF NOT EXISTS link_ended AFTER UPDATE OF spotify_id ON users WHEN new.spotify_id IS NOT old.spotify_id
  BEGIN
    DELETE FROM looks WHERE user_id = old.id;
  END;
`;
