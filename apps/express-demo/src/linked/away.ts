import type { Clock, SpotifyAuth } from "@refrain/core";
import { heardBy } from "demo-kit/heard-by";
import type { Look } from "demo-kit/pages/away-panel";
import type { DatabaseSync } from "node:sqlite";
import type { LinkedAccount, Users } from "./users.js";

/** Work on linked accounts that needs nobody to be there: no request, no cookie. In a larger app a process of its own. */
export interface Away {
  /** Looks what plays on one user's linked account, if there is one. */
  look(userId: string): Promise<void>;
  /** Looks at all of them, one after the other. */
  lookAtAll(): Promise<void>;
  /** The last three, newest first. */
  looks(userId: string): readonly Look[];
}

export function createAway(auth: SpotifyAuth, users: Users, database: DatabaseSync, clock: Clock): Away {
  // A link that ended or changed while Spotify answered gets no look.
  const insert = database.prepare("INSERT INTO looks (user_id, at, heard) SELECT id, ?, ? FROM users WHERE id = ? AND spotify_id = ?");
  const trim = database.prepare("DELETE FROM looks WHERE user_id = ? AND id NOT IN (SELECT id FROM looks WHERE user_id = ? ORDER BY id DESC LIMIT 3)");
  const last = database.prepare("SELECT at, heard FROM looks WHERE user_id = ? ORDER BY id DESC");

  async function look(userId: string, account: LinkedAccount): Promise<void> {
    const heard = await heardBy(auth.forUser(userId));
    if (heard === null) return;
    insert.run(clock.now(), heard, userId, account.id);
    trim.run(userId, userId);
  }

  return {
    async look(userId) {
      const account = users.find(userId)?.linked ?? null;
      if (account !== null) await look(userId, account);
    },
    async lookAtAll() {
      for (const { id, linked } of users.linked()) if (linked !== null) await look(id, linked);
    },
    looks: (userId) => last.all(userId) as unknown as readonly Look[],
  };
}
