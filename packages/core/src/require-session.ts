import { Session } from "./client/session.js";
import type { SpotifySession } from "./client/spotify-client.js";
import { NotAuthenticated } from "./errors/not-authenticated.js";
import { internalsOf } from "./internals.js";
import { loginUrl } from "./routes/links.js";
import type { SessionNeed } from "./session-need.js";
import type { SpotifyAuth } from "./spotify-auth.js";

/**
 * The session, made sure of: somebody is signed in, the scopes are granted, and an access token may be used now. What every guard of every adapter asks.
 *
 * @throws {@link NotAuthenticated}, {@link ReauthorizationRequired}, {@link MissingScopes} or {@link TemporarilyUnavailable}.
 */
export async function requireSession(auth: SpotifyAuth, session: SpotifySession | null, need: SessionNeed = {}): Promise<SpotifySession> {
  if (session === null) throw new NotAuthenticated(loginUrl(internalsOf(auth).settings));
  if (!Session.isReady(session, need)) await session.token(need);
  return session;
}
