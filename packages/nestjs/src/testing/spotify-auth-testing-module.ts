import { type DynamicModule, Module } from "@nestjs/common";
import type { SpotifyAuthOptions } from "@refrain/core";
import type { IncomingMessage } from "node:http";
import type { SpotifyAuthModuleExtras } from "../module-options.js";
import { SpotifyAuthModule } from "../spotify-auth-module.js";
import { SpotifyAuthTesting } from "./spotify-auth-testing.js";
import { testingOptions } from "./testing-options.js";

/**
 * Provides {@link SpotifyAuthTesting}: as it stands beside an app's own `SpotifyAuthModule`, whose options a test overrides by `SPOTIFY_AUTH_OPTIONS`; or with
 * `forRoot()` in its place.
 */
@Module({ providers: [SpotifyAuthTesting], exports: [SpotifyAuthTesting] })
export class SpotifyAuthTestingModule {
  /** `SpotifyAuthModule.forRoot()` with {@link testingOptions}. */
  static forRoot<RawRequest = IncomingMessage>(options: SpotifyAuthOptions<RawRequest> = {}, extras: SpotifyAuthModuleExtras = {}): DynamicModule {
    return { module: SpotifyAuthTestingModule, imports: [SpotifyAuthModule.forRoot(testingOptions(options), extras)] };
  }
}
