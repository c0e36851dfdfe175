import { missingScopes, type SpotifyScope } from "../scopes.js";
import { findOperation, type Found } from "./find-operation.js";
import { uriScopes } from "./uri-scopes.js";

/**
 * The scopes to ask for so that a call works: all it needs; of two where either will do, the first; where what it touches decides, every one that may be needed.
 * Empty for an operation that needs none, and for one that is not in the table.
 *
 * @param method Of HTTP, in any case. HEAD counts as GET.
 * @param path A template, the path of a call, or its URL. Of the query only `uris` is looked at: for the library, it tells which scopes are needed.
 *
 * @example
 * requiredScopes("GET", "/v1/me/top/{type}"); // ["user-top-read"]
 * requiredScopes("GET", "/v1/me/player/currently-playing"); // ["user-read-currently-playing"]; "user-read-playback-state" would do as well
 * requiredScopes("POST", "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items?position=0"); // ["playlist-modify-public", "playlist-modify-private"]
 * requiredScopes("PUT", "/v1/me/library?uris=spotify:artist:0TnOYISbd1XYRBk9myaseg"); // ["user-follow-modify"]
 * requiredScopes("GET", "/v1/me"); // []
 *
 * @example
 * app.get("/top", withSpotify(handler, { scopes: requiredScopes("GET", "/v1/me/top/tracks") }));
 */
export function requiredScopes(method: string, path: string): readonly SpotifyScope[] {
  return missingFor(method, path, []);
}

/**
 * What is missing for a call to be tried; empty when it may be.
 *
 * @example
 * missingFor("GET", "/v1/me/player/queue", ["user-read-playback-state"]); // ["user-read-currently-playing"]
 * missingFor("GET", "/v1/me/player/currently-playing", ["user-read-playback-state"]); // []
 */
export function missingFor(method: string, path: string, granted: readonly string[]): readonly SpotifyScope[] {
  const needs = needsOf(findOperation(method, path)).filter(({ oneOf }) => !oneOf.some((scope) => granted.includes(scope)));
  return [...new Set(needs.flatMap(({ ask }) => ask))];
}

/** What Spotify can have meant when it refused a call that was tried, for want of a scope. */
export interface Refused {
  /** What to ask for; empty when the table does not know. */
  readonly scopes: readonly SpotifyScope[];
  /** They were all granted once: asking again may change nothing. */
  readonly withdrawn: boolean;
}

/**
 * What to ask for after Spotify refused a call for want of a scope: those of the operation's scopes that were not granted, or when all were, all of them.
 *
 * @example
 * refusedFor("POST", "/v1/me/playlists", ["playlist-modify-public"]); // { scopes: ["playlist-modify-private"], withdrawn: false }
 * refusedFor("GET", "/v1/me/top/tracks", ["user-top-read"]); // { scopes: ["user-top-read"], withdrawn: true }
 */
export function refusedFor(method: string, path: string, granted: readonly string[]): Refused {
  const found = findOperation(method, path);
  const meant = [...new Set([...needsOf(found).flatMap(({ ask }) => ask), ...(found?.operation.unlessPublic ?? [])])];
  const missing = missingScopes(granted, meant);
  return missing.length > 0 ? { scopes: missing, withdrawn: false } : { scopes: meant, withdrawn: meant.length > 0 };
}

/** A need, met by one scope of several. */
interface Need {
  readonly oneOf: readonly SpotifyScope[];
  /** What to ask for while none of them is granted. */
  readonly ask: readonly SpotifyScope[];
}

function needsOf(found: Found | null): readonly Need[] {
  if (found === null) return [];
  const { all = [], either = [], byVisibility = [], byUri } = found.operation;
  const told = byUri === undefined ? [] : uriScopes(byUri, found.uris);
  const untold = byUri === undefined || told.length > 0 ? byVisibility : byUri;
  return [
    ...[...all, ...told].map((scope) => ({ oneOf: [scope], ask: [scope] })),
    ...(either.length === 0 ? [] : [{ oneOf: either, ask: either.slice(0, 1) }]),
    ...(untold.length === 0 ? [] : [{ oneOf: untold, ask: untold }]),
  ];
}
