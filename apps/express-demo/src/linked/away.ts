import { NotAuthenticated, ReauthorizationRequired, SpotifyAuthError, type Clock, type SpotifyAuth } from "@refrain/core";
import { readPlaying } from "demo-kit/music";
import type { DatabaseSync } from "node:sqlite";
import type { LinkedAccount, Users } from "./users.js";

/** What was heard at one look. */
export interface Look {
  /** Unix ms. */
  readonly at: number;
  readonly heard: string;
}

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
    const heard = await listen(auth, userId);
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

/** In a sentence; `null` = there is no link any more. */
async function listen(auth: SpotifyAuth, userId: string): Promise<string | null> {
  try {
    const playing = readPlaying(await auth.forUser(userId).json<unknown>("/v1/me/player/currently-playing"));
    if (playing === null) return "Nothing was playing.";
    const { title, by } = playing.track;
    return by === "" ? title : `${title} · ${by}`;
  } catch (error) {
    if (error instanceof NotAuthenticated) return null;
    if (error instanceof ReauthorizationRequired) return "Spotify asks for consent again.";
    if (error instanceof SpotifyAuthError) return "Spotify did not answer.";
    throw error;
  }
}
