import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { hashPassword, isPassword } from "./password.js";

/** A user of this app, who signs in with a password. */
export interface LocalUser {
  /** Never changes, and is what Spotify is linked to: the `subject`. */
  readonly id: string;
  readonly name: string;
  /** As the app noted it when it was linked. Whether it still is, the library knows. */
  readonly linked: LinkedAccount | null;
}

/** A Spotify account, as the app remembers it. */
export interface LinkedAccount {
  readonly id: string;
  readonly name: string;
}

export interface Users {
  /** `null` = the name is taken. */
  add(name: string, password: string): Promise<LocalUser | null>;
  /** The user with this name and password, if there is one. */
  verify(name: string, password: string): Promise<LocalUser | null>;
  find(id: string): LocalUser | null;
  /** Everyone with a linked account. */
  linked(): readonly LocalUser[];
  /** To whom this Spotify account is linked. */
  holderOf(spotifyId: string): LocalUser | null;
  /** Notes the link, in place of an earlier one. `false` = another user has this Spotify account. */
  link(id: string, account: LinkedAccount): boolean;
  unlink(id: string): void;
}

export function createUsers(database: DatabaseSync): Users {
  const insert = database.prepare("INSERT OR IGNORE INTO users (id, name, salt, password_hash) VALUES (?, ?, ?, ?)");
  const byName = database.prepare("SELECT * FROM users WHERE name = ?");
  const byId = database.prepare("SELECT * FROM users WHERE id = ?");
  const bySpotify = database.prepare("SELECT * FROM users WHERE spotify_id = ?");
  const allLinked = database.prepare("SELECT * FROM users WHERE spotify_id IS NOT NULL");
  // That an account belongs to one user is the table's own rule, so two who link it at once cannot both have it.
  const link = database.prepare("UPDATE OR IGNORE users SET spotify_id = ?, spotify_name = ? WHERE id = ?");
  const unlink = database.prepare("UPDATE users SET spotify_id = NULL, spotify_name = NULL WHERE id = ?");

  return {
    async add(name, password) {
      const { salt, hash } = await hashPassword(password);
      const id = randomBytes(12).toString("base64url");
      return insert.run(id, name, salt, hash).changes === 1 ? { id, name, linked: null } : null;
    },
    async verify(name, password) {
      const row = byName.get(name) as Row | undefined;
      const known = await isPassword(password, row === undefined ? null : { salt: row.salt, hash: row.password_hash });
      return known ? userOf(row) : null;
    },
    find: (id) => userOf(byId.get(id)),
    linked: () => allLinked.all().flatMap((row) => userOf(row) ?? []),
    holderOf: (spotifyId) => userOf(bySpotify.get(spotifyId)),
    link: (id, account) => link.run(account.id, account.name, id).changes === 1,
    unlink: (id) => void unlink.run(id),
  };
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly salt: Uint8Array;
  readonly password_hash: Uint8Array;
  readonly spotify_id: string | null;
  readonly spotify_name: string | null;
}

function userOf(row: unknown): LocalUser | null {
  if (row === undefined) return null;
  const { id, name, spotify_id: spotifyId, spotify_name: spotifyName } = row as Row;
  return { id, name, linked: spotifyId === null ? null : { id: spotifyId, name: spotifyName ?? spotifyId } };
}
