import { Inject, Injectable, type OnApplicationShutdown } from "@nestjs/common";
import type { Look } from "demo-kit/pages/away-panel";
import { DatabaseSync } from "node:sqlite";
import { STAGE, type Stage } from "../stage.js";

const tables = `
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS looks (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE, at INTEGER NOT NULL, heard TEXT NOT NULL) STRICT;
`;

/** The app's own database: whom it has met, and what it heard when it looked. In a file beside the grants; no token is in it. */
@Injectable()
export class Looks implements OnApplicationShutdown {
  readonly #database: DatabaseSync;

  constructor(@Inject(STAGE) { database }: Stage) {
    this.#database = new DatabaseSync(looksFile(database));
    this.#database.exec(tables);
  }

  meet(user: string): void {
    this.#database.prepare("INSERT INTO users (id) VALUES (?) ON CONFLICT DO NOTHING").run(user);
  }

  /** With all that was heard. */
  forget(user: string): void {
    this.#database.prepare("DELETE FROM users WHERE id = ?").run(user);
  }

  users(): readonly string[] {
    return this.#database
      .prepare("SELECT id FROM users")
      .all()
      .map(({ id }) => String(id));
  }

  /** Who was forgotten while Spotify answered gets no look. */
  add(user: string, { at, heard }: Look): void {
    this.#database.prepare("INSERT INTO looks (user_id, at, heard) SELECT id, ?, ? FROM users WHERE id = ?").run(at, heard, user);
    this.#database
      .prepare("DELETE FROM looks WHERE user_id = ? AND id NOT IN (SELECT id FROM looks WHERE user_id = ? ORDER BY id DESC LIMIT 3)")
      .run(user, user);
  }

  /** The last three, newest first. */
  of(user: string): readonly Look[] {
    return this.#database.prepare("SELECT at, heard FROM looks WHERE user_id = ? ORDER BY id DESC").all(user) as unknown as readonly Look[];
  }

  onApplicationShutdown(): void {
    this.#database.close();
  }
}

/** `grants.sqlite` has it in `grants-looks.sqlite`. */
export function looksFile(grants: string): string {
  return `${grants.replace(/\.sqlite$/, "")}-looks.sqlite`;
}
