import type { Emitter } from "./events.js";
import type { Engine } from "./grants/engine.js";
import type { Settings } from "./settings/settings.js";
import type { SpotifyAuth } from "./spotify-auth.js";

/** What the library knows of its own objects and their users need not. */
export interface Internals {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly emitter: Emitter;
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
