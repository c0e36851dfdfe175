import { Session } from "../client/session.js";
import type { SpotifySession } from "../client/spotify-client.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import { internalsOf } from "../internals.js";
import { isGrant } from "../machine/grant.js";
import { livingSession } from "../machine/sessions.js";
import { loginUrl } from "../routes/links.js";
import type { SpotifyAuth } from "../spotify-auth.js";
import { createWatcher, type Watcher } from "./watcher.js";

const watchers = new WeakMap<SpotifyAuth, Watcher>();

/**
 * Tells when a session is over, for what outlives the request that began it: sockets and streams. It is looked at again when this process or the store tells of a
 * change, and every 30 seconds. That does not count as being seen: nobody stays signed in because a tab is open. A store that fails ends nothing.
 *
 * @param request The framework's own, which the session came with: with the option `subject` it is asked again whose it is.
 * @param ended Called once, with what the user is to be told. What it throws breaks nothing, and nobody hears of it.
 * @returns What ends the watch. Until then, or until the session is over, it is held in memory; it keeps no process alive.
 */
export function watchSession(auth: SpotifyAuth, session: SpotifySession, request: unknown, ended: (error: NotAuthenticated) => void): () => void {
  const { engine, settings, emitter } = internalsOf(auth);
  const authenticated = Session.authenticated(session);
  if (authenticated === null) throw new TypeError("session must come from this same SpotifyAuth.");
  const { key, sessionId } = authenticated;

  async function isLiving(): Promise<boolean> {
    try {
      const record = await engine.read(key, "store");
      if (!isGrant(record)) return false;
      if (sessionId !== null) return livingSession(record, sessionId, settings.clock.now(), settings.timings) !== null;
      const subject = await auth.subjectOf(request);
      return typeof subject === "string" && (await engine.keyOf(subject)) === key;
    } catch {
      return true;
    }
  }

  const watcher = watchers.get(auth) ?? createWatcher({ store: settings.store, clock: settings.clock, emitter });
  watchers.set(auth, watcher);
  return watcher.watch({ key, isLiving, ended: () => ended(new NotAuthenticated(loginUrl(settings))) });
}
