import type { SpotifyScope } from "../scopes.js";
import type { Operation } from "./operations.js";

/** Where among {@link Operation.byUri} the scope for a type of URI stands. Other types are left to Spotify. */
const places: Readonly<Record<string, number>> = { track: 0, album: 0, episode: 0, show: 0, audiobook: 0, artist: 1, user: 1, playlist: 2 };

/** Which of the scopes these URIs need; none where the URIs do not tell. */
export function uriScopes(byUri: NonNullable<Operation["byUri"]>, uris: readonly string[]): readonly SpotifyScope[] {
  // The type stands before the id. Playlists once had their owner in front: spotify:user:<name>:playlist:<id>.
  const types = uris.map((uri) => uri.split(":").at(-2) ?? "");
  return byUri.filter((_scope, place) => types.some((type) => places[type] === place));
}
