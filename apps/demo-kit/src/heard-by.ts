import { NotAuthenticated, ReauthorizationRequired, SpotifyAuthError, type SpotifyClient } from "@refrain/core";
import { readPlaying } from "./music.js";

/** What plays for a user who need not be there, in a sentence; `null` = this client is nobody's any more. */
export async function heardBy(client: SpotifyClient): Promise<string | null> {
  try {
    const playing = readPlaying(await client.json<unknown>("/v1/me/player/currently-playing"));
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
