import type { SpotifySession } from "@refrain/core";
import { part } from "demo-kit/listening";
import { readName } from "demo-kit/music";

/** What the user is called, or Spotify's id where the name cannot be had. */
export async function nameOf(session: SpotifySession): Promise<string> {
  const name = await part(session.json<unknown>("/v1/me").then(readName));
  return "value" in name ? name.value : session.user.spotifyId;
}
