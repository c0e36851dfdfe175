import { SpotifyAuthError } from "./errors/spotify-auth-error.js";
import { internalsOf } from "./internals.js";
import type { RequestHead } from "./routes/problem.js";
import type { SpotifyAuth } from "./spotify-auth.js";

/**
 * How an error answers a request, the same in every adapter: a page navigation is sent to sign in or gets a plain helpful page, everything else gets
 * `application/problem+json` (RFC 9457).
 *
 * @returns `null` when the error is not one of this library's.
 */
export async function toProblem(auth: SpotifyAuth, error: unknown, request: RequestHead): Promise<Response | null> {
  if (!(error instanceof SpotifyAuthError)) return null;
  const internals = internalsOf(auth);
  const { toProblem: answer } = await import("./routes/problem.js");
  return answer(internals, error, request);
}
