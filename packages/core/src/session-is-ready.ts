import { Session } from "./client/session.js";
import type { SpotifySession } from "./client/spotify-client.js";
import type { SessionNeed } from "./session-need.js";

/**
 * Whether {@link requireSession} would give this session back, and {@link renewConsent} `null`, without waiting for anything: then an adapter can let the request
 * through at once. `false` decides nothing: ask them.
 */
export function sessionIsReady(session: SpotifySession, need: SessionNeed = {}): boolean {
  return Session.isReady(session, need);
}
