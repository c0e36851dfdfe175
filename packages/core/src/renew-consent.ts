import { Session } from "./client/session.js";
import type { SpotifySession } from "./client/spotify-client.js";
import { internalsOf } from "./internals.js";
import { isRenewalDue } from "./machine/consent.js";
import type { RequestHead } from "./routes/problem.js";
import type { SpotifyAuth } from "./spotify-auth.js";

/**
 * The redirect that renews a consent near its end, which comes back to the same page: for adapters, where a request has passed its guard. `null` = go on, as almost
 * always: it is for page navigations only, at most once a day, and where `renewConsent` is `"auto"`. Never in the way: a store that fails means `null` too.
 *
 * @param request Called only when a renewal is due.
 */
export async function renewConsent(auth: SpotifyAuth, session: SpotifySession, request: () => RequestHead): Promise<Response | null> {
  const internals = internalsOf(auth);
  const { renewConsent: mode, clock, timings } = internals.settings;
  const authenticated = mode === "auto" ? Session.authenticated(session) : null;
  if (authenticated === null || !isRenewalDue(authenticated.grant, clock.now(), timings)) return null;
  const { renewal } = await import("./routes/renewal.js");
  return renewal(internals, authenticated, request());
}
