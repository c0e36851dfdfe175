import { type INestApplication, type LoggerService, Module, type ModuleMetadata } from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { memoryStore, type SpotifyAuth, type SpotifyAuthOptions, type Store } from "@refrain/core";
import { manualClock, type ManualClock } from "@refrain/core/testing";
import { type Emulator, startEmulator } from "@refrain/emulator";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { SpotifyAuthModule, type SpotifyAuthModuleExtras, SpotifyAuthService } from "../../src/index.js";
import { type Browser, createBrowser } from "client-kit/browser";
import type { Platform } from "./platforms.js";
import { serve } from "./serve.js";

/** A local Spotify on which everybody consents as Mira, and a Nest app in front of it on real HTTP. */
export interface Stage {
  readonly origin: string;
  readonly app: INestApplication;
  readonly auth: SpotifyAuth;
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly browser: Browser;
  /** How often the store was read. */
  storeReads(): number;
  /** From now on the store fails. */
  breakStore(): void;
}

export interface Staging extends ModuleMetadata {
  readonly callback?: string;
  /** @defaultValue memory */
  readonly store?: Store;
  readonly options?: SpotifyAuthOptions<IncomingMessage>;
  readonly extras?: SpotifyAuthModuleExtras;
  /** @defaultValue true */
  readonly bodyParser?: boolean;
  readonly rawBody?: boolean;
  /** Fastify's own options. */
  readonly fastify?: object;
  /** Is handed all that the app logs. @defaultValue nobody */
  readonly logger?: LoggerService;
  /** What `main.ts` does between creating the app and starting it. */
  readonly main?: (app: INestApplication) => unknown;
}

/** Sets a stage for one test: an app whose root module is this one, with `SpotifyAuthModule.forRoot()` among its imports. */
export async function stage(platform: Platform, staging: Staging): Promise<Stage> {
  const { callback = "/auth/spotify/callback", store = memoryStore(), options: more = {}, extras = {}, main, ...rest } = staging;
  const { bodyParser = true, rawBody = false, fastify = {}, logger = false, imports = [], ...metadata } = rest;
  const clock = manualClock({ flows: true });
  let reads = 0;
  let broken = false;
  const counted: Store = {
    ...store,
    async get(key) {
      reads++;
      if (broken) throw new Error("The store is down.");
      return store.get(key);
    },
  };

  const create = async (adapter: AbstractHttpAdapter, origin: string): Promise<Pick<Stage, "app" | "emulator">> => {
    const client = { clientId: "stage", clientSecret: "stage-secret", redirectUris: [origin + callback] };
    const emulator = await startEmulator({ clients: [client], autoConsent: "mira", now: () => clock.now() });
    onTestFinished(() => emulator.close());
    const options: SpotifyAuthOptions<IncomingMessage> = {
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      redirectUri: origin + callback,
      scopes: ["user-top-read"],
      secret: randomBytes(32).toString("base64url"),
      emulatorUrl: emulator.origin,
      clock,
      store: counted,
      ...more,
    };
    @Module({})
    class Root {}
    const root = { module: Root, imports: [SpotifyAuthModule.forRoot(options, extras), ...imports], ...metadata };
    const app = await NestFactory.create(root, adapter, { logger, abortOnError: false, bodyParser, rawBody });
    await main?.(app);
    return { app, emulator };
  };

  const made = await serve(platform, create, fastify);
  return {
    ...made,
    auth: made.app.get(SpotifyAuthService).auth,
    clock,
    browser: createBrowser(made.origin),
    storeReads: () => reads,
    breakStore: () => {
      broken = true;
    },
  };
}
