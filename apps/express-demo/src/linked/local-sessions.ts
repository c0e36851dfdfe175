import type { Clock } from "@refrain/core";
import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** Who is signed in to the app itself. Nothing of Spotify's, and nothing of the library's. */
export interface LocalSessions {
  /** Begins a session. Returns its Set-Cookie header. */
  begin(userId: string): string;
  /** The id of the user whose Cookie header this is; `null` = nobody's. */
  userOf(cookies: string | undefined): string | null;
  /** Ends the session. Returns the Set-Cookie header that deletes its cookie. */
  end(cookies: string | undefined): string;
}

const lifetimeMs = 7 * 86_400_000;

/** @param origin The app's own. Its port is part of the cookie's name: cookies of 127.0.0.1 are shared over all ports. */
export function createLocalSessions(database: DatabaseSync, origin: URL, clock: Clock): LocalSessions {
  const insert = database.prepare("INSERT INTO sessions (id_hash, user_id, expires_at) VALUES (?, ?, ?)");
  const find = database.prepare("SELECT user_id FROM sessions WHERE id_hash = ? AND expires_at > ?");
  const remove = database.prepare("DELETE FROM sessions WHERE id_hash = ? OR expires_at <= ?");
  const name = `demo-session-${origin.port}`;
  // Lax, not Strict: the browser comes back from Spotify by a navigation from another site, and must be known then.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${origin.protocol === "https:" ? "; Secure" : ""}`;

  return {
    begin(userId) {
      const id = randomBytes(32).toString("base64url");
      insert.run(hash(id), userId, clock.now() + lifetimeMs);
      return `${name}=${id}; Max-Age=${lifetimeMs / 1000}; ${attributes}`;
    },
    userOf(cookies) {
      const id = readCookie(cookies, name);
      const row = id === null ? undefined : find.get(hash(id), clock.now());
      return row === undefined ? null : String(row["user_id"]);
    },
    end(cookies) {
      remove.run(hash(readCookie(cookies, name) ?? ""), clock.now());
      return `${name}=; Max-Age=0; ${attributes}`;
    },
  };
}

/** The database holds hashes: whoever reads it can sign in as nobody. */
function hash(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}

function readCookie(cookies: string | undefined, name: string): string | null {
  const pair = cookies?.split("; ").find((candidate) => candidate.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}
