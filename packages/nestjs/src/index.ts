export { Spotify, type SpotifyProperty } from "./decorators/spotify.js";
export { SpotifyOptional } from "./decorators/spotify-optional.js";
export { SpotifyPublic } from "./decorators/spotify-public.js";
export { SpotifyScopes } from "./decorators/spotify-scopes.js";
export {
  SPOTIFY_AUTH_OPTIONS,
  type SpotifyAuthModuleAsyncOptions,
  type SpotifyAuthModuleExtras,
  type SpotifyAuthModuleOptions,
  type SpotifyAuthOptionsFactory,
} from "./module-options.js";
export { SpotifyAuthModule } from "./spotify-auth-module.js";
export { SpotifyAuthService } from "./spotify-auth-service.js";
export { SpotifyExceptionFilter } from "./spotify-exception-filter.js";
export { SpotifyGuard } from "./spotify-guard.js";
export { SpotifyWsAdapter } from "./spotify-ws-adapter.js";
