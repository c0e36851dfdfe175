import type { SpotifyAuthError, SpotifyClient, SpotifySession } from "@refrain/core";
import { readName, readPlaying, readTracks, type Playing, type Track } from "./music.js";
import { spotifyError } from "./spotify-error.js";

/** What one call brought, or why it failed. */
export type Part<Value> = { readonly value: Value } | { readonly error: SpotifyAuthError };

/** What the page shows of Spotify. Each part stands or fails on its own. */
export interface Listening extends Music {
  readonly name: Part<string>;
}

export interface Music {
  /** `null` = nothing plays. */
  readonly playing: Part<Playing | null>;
  readonly top: Part<readonly Track[]>;
}

export async function readListening(spotify: SpotifyClient): Promise<Listening> {
  const [name, music] = await Promise.all([part(spotify.json<unknown>("/v1/me").then(readName)), readMusic(spotify)]);
  return { name, ...music };
}

export async function readMusic(spotify: SpotifyClient): Promise<Music> {
  const [playing, top] = await Promise.all([
    part(spotify.json<unknown>("/v1/me/player/currently-playing").then(readPlaying)),
    part(spotify.json<unknown>("/v1/me/top/tracks?limit=5&time_range=short_term").then((page) => readTracks(page))),
  ]);
  return { playing, top };
}

/** The user's name, and while that cannot be had Spotify's id of the user: for a header, no failure is worth a page. */
export async function nameOf(session: SpotifySession): Promise<string> {
  try {
    return readName(await session.json<unknown>("/v1/me"));
  } catch (error) {
    if (spotifyError(error) === null) throw error;
    return session.user.spotifyId;
  }
}

/** A user who must sign in or consent again is a matter of the whole page. */
export async function part<Value>(call: Promise<Value>): Promise<Part<Value>> {
  try {
    return { value: await call };
  } catch (thrown) {
    const error = spotifyError(thrown);
    if (error === null || error.code === "not_authenticated" || error.code === "reauthorization_required") throw thrown;
    return { error };
  }
}
