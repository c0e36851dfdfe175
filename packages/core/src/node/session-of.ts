import type { SpotifySession } from "../client/spotify-client.js";
import { internalsOf } from "../internals.js";
import type { Credentials, SpotifyAuth } from "../spotify-auth.js";

/** As {@link SpotifyAuth.session}, but at once where the store answers at once: what every request of an app goes through should wait only for what takes time. */
export function sessionOf(auth: SpotifyAuth, credentials: Credentials): SpotifySession | null | Promise<SpotifySession | null> {
  return internalsOf(auth).present(credentials);
}
