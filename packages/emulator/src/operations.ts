import type { Scope } from "./scopes.js";

/** One operation of the Web API and what it takes. An operation that names no scope takes any valid token. */
export interface Operation {
  /** Method and path template. */
  readonly operation: string;
  /** Scopes that are all needed. */
  readonly all?: readonly Scope[];
  /** Scopes of which one is needed. */
  readonly any?: readonly Scope[];
  /** Scopes that only add to the answer. */
  readonly unlocks?: readonly Scope[];
  /**
   * A further scope that depends on what is touched.
   *
   * - `visibility`: `playlist-modify-public` or `playlist-modify-private`, by the playlist's.
   * - `readability`: `playlist-read-private`, or `playlist-read-collaborative` where it is one, for a playlist that is not public.
   * - `uri-type`: the library's, the following's or the playlists' scope, by each URI.
   */
  readonly by?: "visibility" | "readability" | "uri-type";
  readonly deprecated?: true;
  /** Since when apps in development mode do not have it. */
  readonly withheldSince?: "2024-11-27" | "2026-02-11";
  /** Only for listeners with Premium. */
  readonly premium?: true;
}

/**
 * All 96 operations.
 *
 * @see https://developer.spotify.com/documentation/web-api - Spotify's OpenAPI document as of 2026-05-30; whether several scopes are all needed it does not say, this is a cautious reading
 */
export const operations: readonly Operation[] = [
  { operation: "GET /v1/albums", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/albums/{id}" },
  { operation: "GET /v1/albums/{id}/tracks" },
  { operation: "GET /v1/artists", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/artists/{id}" },
  { operation: "GET /v1/artists/{id}/albums" },
  { operation: "GET /v1/artists/{id}/related-artists", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/artists/{id}/top-tracks", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/audio-analysis/{id}", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/audio-features", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/audio-features/{id}", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/audiobooks", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/audiobooks/{id}" },
  { operation: "GET /v1/audiobooks/{id}/chapters" },
  { operation: "GET /v1/browse/categories", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/browse/categories/{category_id}", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/browse/categories/{category_id}/playlists", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/browse/featured-playlists", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/browse/new-releases", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/chapters", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/chapters/{id}" },
  { operation: "GET /v1/episodes", unlocks: ["user-read-playback-position"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/episodes/{id}", unlocks: ["user-read-playback-position"] },
  { operation: "GET /v1/markets", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me", unlocks: ["user-read-private", "user-read-email"] },
  { operation: "DELETE /v1/me/albums", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/albums", all: ["user-library-read"] },
  { operation: "PUT /v1/me/albums", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/albums/contains", all: ["user-library-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "DELETE /v1/me/audiobooks", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/audiobooks", all: ["user-library-read"] },
  { operation: "PUT /v1/me/audiobooks", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/audiobooks/contains", all: ["user-library-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "DELETE /v1/me/episodes", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/episodes", all: ["user-library-read"], unlocks: ["user-read-playback-position"] },
  { operation: "PUT /v1/me/episodes", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/episodes/contains", all: ["user-library-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "DELETE /v1/me/following", all: ["user-follow-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/following", all: ["user-follow-read"] },
  { operation: "PUT /v1/me/following", all: ["user-follow-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/following/contains", all: ["user-follow-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "DELETE /v1/me/library", by: "uri-type" },
  { operation: "PUT /v1/me/library", by: "uri-type" },
  { operation: "GET /v1/me/library/contains", by: "uri-type" },
  { operation: "GET /v1/me/player", all: ["user-read-playback-state"] },
  { operation: "PUT /v1/me/player", all: ["user-modify-playback-state"], premium: true },
  { operation: "GET /v1/me/player/currently-playing", any: ["user-read-currently-playing", "user-read-playback-state"] },
  { operation: "GET /v1/me/player/devices", all: ["user-read-playback-state"] },
  { operation: "POST /v1/me/player/next", all: ["user-modify-playback-state"], premium: true },
  { operation: "PUT /v1/me/player/pause", all: ["user-modify-playback-state"], premium: true },
  { operation: "PUT /v1/me/player/play", all: ["user-modify-playback-state"], premium: true },
  { operation: "POST /v1/me/player/previous", all: ["user-modify-playback-state"], premium: true },
  { operation: "GET /v1/me/player/queue", all: ["user-read-currently-playing", "user-read-playback-state"] },
  { operation: "POST /v1/me/player/queue", all: ["user-modify-playback-state"], premium: true },
  { operation: "GET /v1/me/player/recently-played", all: ["user-read-recently-played"] },
  { operation: "PUT /v1/me/player/repeat", all: ["user-modify-playback-state"], premium: true },
  { operation: "PUT /v1/me/player/seek", all: ["user-modify-playback-state"], premium: true },
  { operation: "PUT /v1/me/player/shuffle", all: ["user-modify-playback-state"], premium: true },
  { operation: "PUT /v1/me/player/volume", all: ["user-modify-playback-state"], premium: true },
  { operation: "GET /v1/me/playlists", all: ["playlist-read-private"], unlocks: ["playlist-read-collaborative"] },
  { operation: "POST /v1/me/playlists", by: "visibility" },
  { operation: "DELETE /v1/me/shows", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/shows", all: ["user-library-read"] },
  { operation: "PUT /v1/me/shows", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/shows/contains", all: ["user-library-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/top/{type}", all: ["user-top-read"] },
  { operation: "DELETE /v1/me/tracks", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/tracks", all: ["user-library-read"] },
  { operation: "PUT /v1/me/tracks", all: ["user-library-modify"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/me/tracks/contains", all: ["user-library-read"], deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/playlists/{playlist_id}", by: "readability" },
  { operation: "PUT /v1/playlists/{playlist_id}", by: "visibility" },
  { operation: "DELETE /v1/playlists/{playlist_id}/followers", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "PUT /v1/playlists/{playlist_id}/followers", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/playlists/{playlist_id}/followers/contains", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/playlists/{playlist_id}/images" },
  { operation: "PUT /v1/playlists/{playlist_id}/images", all: ["ugc-image-upload"], by: "visibility" },
  { operation: "DELETE /v1/playlists/{playlist_id}/items", by: "visibility" },
  { operation: "GET /v1/playlists/{playlist_id}/items", by: "readability" },
  { operation: "POST /v1/playlists/{playlist_id}/items", by: "visibility" },
  { operation: "PUT /v1/playlists/{playlist_id}/items", by: "visibility" },
  { operation: "DELETE /v1/playlists/{playlist_id}/tracks", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/playlists/{playlist_id}/tracks", by: "readability", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "POST /v1/playlists/{playlist_id}/tracks", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "PUT /v1/playlists/{playlist_id}/tracks", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/recommendations", deprecated: true, withheldSince: "2024-11-27" },
  { operation: "GET /v1/recommendations/available-genre-seeds", deprecated: true },
  { operation: "GET /v1/search" },
  { operation: "GET /v1/shows", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/shows/{id}", unlocks: ["user-read-playback-position"] },
  { operation: "GET /v1/shows/{id}/episodes", unlocks: ["user-read-playback-position"] },
  { operation: "GET /v1/tracks", deprecated: true, withheldSince: "2026-02-11" },
  { operation: "GET /v1/tracks/{id}" },
  { operation: "GET /v1/users/{user_id}", deprecated: true, withheldSince: "2026-02-11" },
  {
    operation: "GET /v1/users/{user_id}/playlists",
    unlocks: ["playlist-read-private", "playlist-read-collaborative"],
    deprecated: true,
    withheldSince: "2026-02-11",
  },
  { operation: "POST /v1/users/{user_id}/playlists", by: "visibility", deprecated: true, withheldSince: "2026-02-11" },
];
