import "server-only";
import { createSpotify, type Spotify } from "./create-spotify.js";
import type { GetSpotify } from "./get-spotify.js";
import type { SpotifyHandlers } from "./handlers.js";
import type { SpotifyProxy } from "./proxy.js";
import type { WithSpotify } from "./with-spotify.js";

export { createSpotify, type Spotify } from "./create-spotify.js";
export type { ActionNeed, ActionSpotify, GetSpotify, PageNeed } from "./get-spotify.js";
export type { SpotifyHandlers } from "./handlers.js";
export type { SpotifyOptions } from "./options.js";
export type { ContinueProxy, SpotifyProxy } from "./proxy.js";
export type { AnyRouteContext, SpotifyRouteHandler, WithSpotify } from "./with-spotify.js";

const fromEnvironment: Spotify = createSpotify();

/** {@link Spotify.handlers}, set up by the environment alone. */
export const handlers: SpotifyHandlers = fromEnvironment.handlers;
/** {@link Spotify.withSpotify}, set up by the environment alone. */
export const withSpotify: WithSpotify = fromEnvironment.withSpotify;
/** {@link Spotify.getSpotify}, set up by the environment alone. */
export const getSpotify: GetSpotify = fromEnvironment.getSpotify;
/** {@link Spotify.proxy}, set up by the environment alone. */
export const proxy: SpotifyProxy = fromEnvironment.proxy;
/** {@link Spotify.check}, set up by the environment alone. */
export const check: () => Promise<void> = fromEnvironment.check;
