import { type ConfigurableModuleAsyncOptions, ConfigurableModuleBuilder, type ConfigurableModuleHost } from "@nestjs/common";
import type { SpotifyAuth, SpotifyAuthOptions } from "@refrain/core";
import type { IncomingMessage } from "node:http";

/** How the module is set up: a `SpotifyAuth`, to share one and to close it, or its options. `subject` gets Node's request, before any guard of the app has run. */
export type SpotifyAuthModuleOptions<RawRequest = IncomingMessage> = SpotifyAuth | SpotifyAuthOptions<RawRequest>;

/** What the module does in the app. */
export interface SpotifyAuthModuleExtras {
  /** Whether every module can use `SpotifyGuard` and `SpotifyAuthService`, or only those that import what `forRoot()` gave. @defaultValue `true` */
  readonly isGlobal?: boolean;
  /** Whether `SpotifyExceptionFilter` answers our errors wherever no closer filter does. `false`: a filter of the app's does. @defaultValue `true` */
  readonly exceptionFilter?: boolean;
}

/** Makes the options: for `useClass` and `useExisting` of `SpotifyAuthModule.forRootAsync()`. */
export interface SpotifyAuthOptionsFactory<RawRequest = IncomingMessage> {
  createSpotifyAuthOptions(): SpotifyAuthModuleOptions<RawRequest> | Promise<SpotifyAuthModuleOptions<RawRequest>>;
}

/** Where the options come from, as Nest's own modules take it: one of `useFactory`, `useClass` and `useExisting`. */
export type SpotifyAuthModuleAsyncOptions<RawRequest = IncomingMessage> = SpotifyAuthModuleExtras &
  ConfigurableModuleAsyncOptions<SpotifyAuthModuleOptions<RawRequest>, "createSpotifyAuthOptions">;

type Host = ConfigurableModuleHost<SpotifyAuthModuleOptions, "forRoot", "createSpotifyAuthOptions", SpotifyAuthModuleExtras>;

const host: Host = new ConfigurableModuleBuilder<SpotifyAuthModuleOptions>({ optionsInjectionToken: "SPOTIFY_AUTH_OPTIONS" })
  .setClassMethodName("forRoot")
  .setFactoryMethodName("createSpotifyAuthOptions")
  .setExtras<SpotifyAuthModuleExtras>({})
  .build();

export const ConfigurableModule: Host["ConfigurableModuleClass"] = host.ConfigurableModuleClass;

/** The provider of the options: for tests that override it. */
export const SPOTIFY_AUTH_OPTIONS: string | symbol = host.MODULE_OPTIONS_TOKEN;
