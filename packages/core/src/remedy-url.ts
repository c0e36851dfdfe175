import { SpotifyAuthError } from "./errors/spotify-auth-error.js";
import { internalsOf } from "./internals.js";
import type { SpotifyAuth } from "./spotify-auth.js";

/**
 * Where a page is to send its user when it met this error: to sign in, to consent again, or to consent to more, and then back. For adapters whose pages redirect by
 * themselves. `null` = going to Spotify is no remedy.
 *
 * @param page The path and query to come back to, as the public sees them; of another origin, or one of our routes, it is not used.
 */
export async function remedyUrl(auth: SpotifyAuth, error: unknown, page: string): Promise<string | null> {
  if (!(error instanceof SpotifyAuthError)) return null;
  const { settings } = internalsOf(auth);
  const { ownRemedyUrl } = await import("./routes/problem.js");
  return ownRemedyUrl(settings, error, page);
}
