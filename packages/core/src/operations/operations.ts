import type { SpotifyScope } from "../scopes.js";

/** The scopes of one operation of the Web API. What is absent is empty. */
export interface Operation {
  /** All of them are needed. */
  readonly all?: readonly SpotifyScope[];
  /** One of them is needed, whichever. */
  readonly either?: readonly SpotifyScope[];
  /** One of them is needed, and whether the playlist is public decides which. */
  readonly byVisibility?: readonly SpotifyScope[];
  /** By the type of the URIs: for what the library holds, for whom one follows, for playlists. */
  readonly byUri?: readonly [library: SpotifyScope, following: SpotifyScope, playlists: SpotifyScope];
  /** Needed for a playlist that is not public, and for no other. */
  readonly unlessPublic?: readonly SpotifyScope[];
  /** They only add to the answer: further fields, or items that are not public. */
  readonly optional?: readonly SpotifyScope[];
}

const nothing: Operation = {};
const libraryRead = { all: ["user-library-read"] } as const;
const libraryModify = { all: ["user-library-modify"] } as const;
const followRead = { all: ["user-follow-read"] } as const;
const followModify = { all: ["user-follow-modify"] } as const;
const playbackRead = { all: ["user-read-playback-state"] } as const;
const playbackModify = { all: ["user-modify-playback-state"] } as const;
const byVisibility = { byVisibility: ["playlist-modify-public", "playlist-modify-private"] } as const;
const unlessPublic = { unlessPublic: ["playlist-read-private", "playlist-read-collaborative"] } as const;
const resumePoint = { optional: ["user-read-playback-position"] } as const;

/**
 * The 96 operations of the Web API by method and path template, with their scopes.
 *
 * @example
 * operations["GET /v1/me"]?.optional; // ["user-read-private", "user-read-email"]
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/scopes - the scopes are those of Spotify's OpenAPI document of 2026-05-30; whether all of them are
 * needed, one, or none, it does not say: that is read from its texts
 */
export const operations: Readonly<Record<string, Operation>> = {
  "GET /v1/albums": nothing,
  "GET /v1/albums/{id}": nothing,
  "GET /v1/albums/{id}/tracks": nothing,
  "GET /v1/artists": nothing,
  "GET /v1/artists/{id}": nothing,
  "GET /v1/artists/{id}/albums": nothing,
  "GET /v1/artists/{id}/related-artists": nothing,
  "GET /v1/artists/{id}/top-tracks": nothing,
  "GET /v1/audio-analysis/{id}": nothing,
  "GET /v1/audio-features": nothing,
  "GET /v1/audio-features/{id}": nothing,
  "GET /v1/audiobooks": nothing,
  "GET /v1/audiobooks/{id}": nothing,
  "GET /v1/audiobooks/{id}/chapters": nothing,
  "GET /v1/browse/categories": nothing,
  "GET /v1/browse/categories/{category_id}": nothing,
  "GET /v1/browse/categories/{category_id}/playlists": nothing,
  "GET /v1/browse/featured-playlists": nothing,
  "GET /v1/browse/new-releases": nothing,
  "GET /v1/chapters": nothing,
  "GET /v1/chapters/{id}": nothing,
  "GET /v1/episodes": resumePoint,
  "GET /v1/episodes/{id}": resumePoint,
  "GET /v1/markets": nothing,
  "GET /v1/me": { optional: ["user-read-private", "user-read-email"] },
  "DELETE /v1/me/albums": libraryModify,
  "GET /v1/me/albums": libraryRead,
  "PUT /v1/me/albums": libraryModify,
  "GET /v1/me/albums/contains": libraryRead,
  "DELETE /v1/me/audiobooks": libraryModify,
  "GET /v1/me/audiobooks": libraryRead,
  "PUT /v1/me/audiobooks": libraryModify,
  "GET /v1/me/audiobooks/contains": libraryRead,
  "DELETE /v1/me/episodes": libraryModify,
  "GET /v1/me/episodes": { ...libraryRead, ...resumePoint },
  "PUT /v1/me/episodes": libraryModify,
  "GET /v1/me/episodes/contains": libraryRead,
  "DELETE /v1/me/following": followModify,
  "GET /v1/me/following": followRead,
  "PUT /v1/me/following": followModify,
  "GET /v1/me/following/contains": followRead,
  "DELETE /v1/me/library": { byUri: ["user-library-modify", "user-follow-modify", "playlist-modify-public"] },
  "PUT /v1/me/library": { byUri: ["user-library-modify", "user-follow-modify", "playlist-modify-public"] },
  "GET /v1/me/library/contains": { byUri: ["user-library-read", "user-follow-read", "playlist-read-private"] },
  "GET /v1/me/player": playbackRead,
  "PUT /v1/me/player": playbackModify,
  "GET /v1/me/player/currently-playing": { either: ["user-read-currently-playing", "user-read-playback-state"] },
  "GET /v1/me/player/devices": playbackRead,
  "POST /v1/me/player/next": playbackModify,
  "PUT /v1/me/player/pause": playbackModify,
  "PUT /v1/me/player/play": playbackModify,
  "POST /v1/me/player/previous": playbackModify,
  "GET /v1/me/player/queue": { all: ["user-read-currently-playing", "user-read-playback-state"] },
  "POST /v1/me/player/queue": playbackModify,
  "GET /v1/me/player/recently-played": { all: ["user-read-recently-played"] },
  "PUT /v1/me/player/repeat": playbackModify,
  "PUT /v1/me/player/seek": playbackModify,
  "PUT /v1/me/player/shuffle": playbackModify,
  "PUT /v1/me/player/volume": playbackModify,
  "GET /v1/me/playlists": { all: ["playlist-read-private"], optional: ["playlist-read-collaborative"] },
  "POST /v1/me/playlists": byVisibility,
  "DELETE /v1/me/shows": libraryModify,
  "GET /v1/me/shows": libraryRead,
  "PUT /v1/me/shows": libraryModify,
  "GET /v1/me/shows/contains": libraryRead,
  "GET /v1/me/top/{type}": { all: ["user-top-read"] },
  "DELETE /v1/me/tracks": libraryModify,
  "GET /v1/me/tracks": libraryRead,
  "PUT /v1/me/tracks": libraryModify,
  "GET /v1/me/tracks/contains": libraryRead,
  "GET /v1/playlists/{playlist_id}": unlessPublic,
  "PUT /v1/playlists/{playlist_id}": byVisibility,
  "DELETE /v1/playlists/{playlist_id}/followers": byVisibility,
  "PUT /v1/playlists/{playlist_id}/followers": byVisibility,
  "GET /v1/playlists/{playlist_id}/followers/contains": nothing,
  "GET /v1/playlists/{playlist_id}/images": nothing,
  "PUT /v1/playlists/{playlist_id}/images": { all: ["ugc-image-upload"], ...byVisibility },
  "DELETE /v1/playlists/{playlist_id}/items": byVisibility,
  "GET /v1/playlists/{playlist_id}/items": unlessPublic,
  "POST /v1/playlists/{playlist_id}/items": byVisibility,
  "PUT /v1/playlists/{playlist_id}/items": byVisibility,
  "DELETE /v1/playlists/{playlist_id}/tracks": byVisibility,
  "GET /v1/playlists/{playlist_id}/tracks": unlessPublic,
  "POST /v1/playlists/{playlist_id}/tracks": byVisibility,
  "PUT /v1/playlists/{playlist_id}/tracks": byVisibility,
  "GET /v1/recommendations": nothing,
  "GET /v1/recommendations/available-genre-seeds": nothing,
  "GET /v1/search": { optional: ["user-read-private"] },
  "GET /v1/shows": nothing,
  "GET /v1/shows/{id}": resumePoint,
  "GET /v1/shows/{id}/episodes": resumePoint,
  "GET /v1/tracks": nothing,
  "GET /v1/tracks/{id}": nothing,
  "GET /v1/users/{user_id}": nothing,
  "GET /v1/users/{user_id}/playlists": { optional: ["playlist-read-private", "playlist-read-collaborative"] },
  "POST /v1/users/{user_id}/playlists": byVisibility,
};
