import type { Emitter } from "./events.js";
import type { Engine } from "./grants/engine.js";
import type { Settings } from "./settings/settings.js";
import type { SpotifySession } from "./client/spotify-client.js";
import type { Credentials, SpotifyAuth } from "./spotify-auth.js";

/** What the library knows of its own objects and their users need not. */
export interface Internals {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly emitter: Emitter;
  /** As {@link SpotifyAuth.session}, at once where nothing has to be waited for. */
  readonly present: (credentials: Credentials) => SpotifySession | null | Promise<SpotifySession | null>;
}

const ofAuth = new WeakMap<SpotifyAuth, Internals>();

export function register(auth: SpotifyAuth, internals: Internals): SpotifyAuth {
  ofAuth.set(auth, internals);
  return auth;
}

export function internalsOf(auth: SpotifyAuth): Internals {
  const internals = ofAuth.get(auth);
  if (internals === undefined) throw new TypeError("auth must come from createSpotifyAuth() of this same installation of @refrain/core.");
  return internals;
}
