import { createSpotifyPages, type SpotifyPages } from "./create-spotify-pages.js";

export type { SpotifyOptions } from "../options.js";
export { createSpotifyPages, type GetSpotifyProps, type SpotifyApiHandler, type SpotifyPages } from "./create-spotify-pages.js";

const fromEnvironment: SpotifyPages = createSpotifyPages();

/** {@link SpotifyPages.withSpotifyApi}, set up by the environment alone. */
export const withSpotifyApi: SpotifyPages["withSpotifyApi"] = fromEnvironment.withSpotifyApi;
/** {@link SpotifyPages.withSpotifyPage}, set up by the environment alone. */
export const withSpotifyPage: SpotifyPages["withSpotifyPage"] = fromEnvironment.withSpotifyPage;
