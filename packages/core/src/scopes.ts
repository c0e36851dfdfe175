/** Every scope an app may ask for. Open Access partner scopes are not among them. */
export const spotifyScopes = [
  "app-remote-control",
  "playlist-modify-private",
  "playlist-modify-public",
  "playlist-read-collaborative",
  "playlist-read-private",
  "streaming",
  "ugc-image-upload",
  "user-follow-modify",
  "user-follow-read",
  "user-library-modify",
  "user-library-read",
  "user-modify-playback-state",
  "user-read-currently-playing",
  "user-read-email",
  "user-read-playback-position",
  "user-read-playback-state",
  "user-read-private",
  "user-read-recently-played",
  "user-top-read",
] as const;

/** A scope by its name. @see https://developer.spotify.com/documentation/web-api/concepts/scopes */
export type SpotifyScope = (typeof spotifyScopes)[number];

/** Whether Spotify knows a scope of this name; asking for another one is answered with "Illegal scope". */
export function isSpotifyScope(name: string): name is SpotifyScope {
  return (spotifyScopes as readonly string[]).includes(name);
}

/** Those of `needed` that are not among `granted`. */
export function missingScopes(granted: readonly string[], needed: readonly SpotifyScope[]): SpotifyScope[] {
  return needed.filter((scope) => !granted.includes(scope));
}
