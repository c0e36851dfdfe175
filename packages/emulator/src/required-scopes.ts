import type { Operation } from "./operations.js";
import type { Scope } from "./scopes.js";

/** What an operation touches, as far as its scopes depend on it. */
export interface Touched {
  readonly playlist: { readonly public: boolean; readonly collaborative: boolean } | null;
  readonly uris: readonly string[];
  /** Whether it reads the library or changes it. */
  readonly reads: boolean;
}

/** Sets of scopes of which each must be met by one member. Pure. */
export function requiredScopes(operation: Operation, touched: Touched): readonly (readonly Scope[])[] {
  return [...(operation.all ?? []).map((scope) => [scope]), ...(operation.any === undefined ? [] : [operation.any]), ...dependent(operation, touched)];
}

function dependent({ by }: Operation, { playlist, uris, reads }: Touched): readonly (readonly Scope[])[] {
  if (by === undefined) return [];
  switch (by) {
    case "visibility":
      if (playlist === null) return [["playlist-modify-public", "playlist-modify-private"]];
      return [[playlist.public ? "playlist-modify-public" : "playlist-modify-private"]];
    case "readability":
      if (playlist === null || playlist.public) return [];
      return [playlist.collaborative ? ["playlist-read-private", "playlist-read-collaborative"] : ["playlist-read-private"]];
    case "uri-type":
      return uris.map((uri) => [libraryScope(uri.split(":")[1] ?? "", reads)]);
  }
}

function libraryScope(type: string, reads: boolean): Scope {
  switch (type) {
    case "artist":
    case "user":
      return reads ? "user-follow-read" : "user-follow-modify";
    case "playlist":
      return reads ? "playlist-read-private" : "playlist-modify-public";
    default:
      return reads ? "user-library-read" : "user-library-modify";
  }
}
