import type { SpotifyAuthError } from "@refrain/core";

/** The error if it is one of the library's, else null. By its code: where a bundler made several copies of the library, no copy knows the classes of another. */
export function spotifyError(error: unknown): SpotifyAuthError | null {
  return error instanceof Error && "code" in error && "status" in error && "retryAfterMs" in error ? (error as SpotifyAuthError) : null;
}
