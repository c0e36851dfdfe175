import { Controller, Get, type INestApplicationContext, Inject, Injectable, Module, type ModuleMetadata, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ConfigurationError, createSpotifyAuth } from "@refrain/core";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  SpotifyAuthModule,
  type SpotifyAuthModuleAsyncOptions,
  type SpotifyAuthModuleOptions,
  SpotifyAuthService,
  SpotifyGuard,
  type SpotifyAuthOptionsFactory,
} from "../src/index.js";
import { testingOptions } from "../src/testing/index.js";
import { platforms } from "./support/platforms.js";
import { Recorder } from "./support/recorder.js";

@Injectable()
class Settings {
  readonly clientId: string = "from-settings";
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class FromSettings implements SpotifyAuthOptionsFactory {
  readonly #settings: Settings;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  async createSpotifyAuthOptions(): Promise<SpotifyAuthModuleOptions> {
    return testingOptions({ clientId: this.#settings.clientId });
  }
}

@Module({ imports: [SettingsModule], providers: [FromSettings], exports: [FromSettings] })
class FactoryModule {}

@Controller()
@UseGuards(SpotifyGuard)
class Guarded {
  @Get()
  page(): string {
    return "page";
  }
}

/** An app without HTTP, as workers have it. */
async function start(...imports: NonNullable<ModuleMetadata["imports"]>): Promise<INestApplicationContext> {
  @Module({})
  class Root {}
  const app = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

async function clientIdOf(app: INestApplicationContext): Promise<string | null> {
  const login = new Request("http://127.0.0.1/auth/spotify/login", { headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" } });
  const answer = await app.get(SpotifyAuthService).auth.handle(login);
  return new URL(answer?.headers.get("location") ?? "about:blank").searchParams.get("client_id");
}

describe("SpotifyAuthModule is set up", () => {
  test.each<[string, SpotifyAuthModuleAsyncOptions]>([
    ["useFactory", { imports: [SettingsModule], inject: [Settings], useFactory: ({ clientId }: Settings) => testingOptions({ clientId }) }],
    [
      "an asynchronous useFactory",
      { imports: [SettingsModule], inject: [Settings], useFactory: async ({ clientId }: Settings) => testingOptions({ clientId }) },
    ],
    ["useClass", { imports: [SettingsModule], useClass: FromSettings }],
    ["useExisting", { imports: [FactoryModule], useExisting: FromSettings }],
    ["a useFactory that makes a SpotifyAuth", { useFactory: () => createSpotifyAuth(testingOptions({ clientId: "from-settings" })) }],
  ])("by forRootAsync with %s", async (_how, options) => {
    expect(await clientIdOf(await start(SpotifyAuthModule.forRootAsync(options)))).toBe("from-settings");
  });

  test.each<[string, SpotifyAuthModuleOptions]>([
    ["options", testingOptions({ clientId: "given" })],
    ["a SpotifyAuth", createSpotifyAuth(testingOptions({ clientId: "given" }))],
  ])("by forRoot with %s", async (_how, options) => {
    expect(await clientIdOf(await start(SpotifyAuthModule.forRoot(options)))).toBe("given");
  });

  test("by forRoot with nothing but the environment, which is read when the app starts", async () => {
    const module = SpotifyAuthModule.forRoot();
    vi.stubEnv("SPOTIFY_CLIENT_ID", "from-the-environment");
    vi.stubEnv("SPOTIFY_REDIRECT_URI", "http://127.0.0.1:3000/auth/spotify/callback");
    vi.stubEnv("REFRAIN_SECRET", randomBytes(32).toString("base64url"));
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      warned.mockRestore();
    });
    expect(await clientIdOf(await start(module))).toBe("from-the-environment");
  });

  test("once, however many modules import what forRoot() gave", async () => {
    const spotify = SpotifyAuthModule.forRoot(testingOptions(), { isGlobal: false });
    @Module({ imports: [spotify], controllers: [Guarded] })
    class One {}
    @Module({ imports: [spotify], controllers: [Guarded] })
    class Two {}
    expect((await start(spotify, One, Two)).get(SpotifyAuthService)).toBeInstanceOf(SpotifyAuthService);
  });

  test("anew for every app: one that ended does not end the next", async () => {
    const module = SpotifyAuthModule.forRoot(testingOptions());
    const first = await start(module);
    const { auth } = first.get(SpotifyAuthService);
    await first.close();
    const second = (await start(module)).get(SpotifyAuthService);
    expect(second.auth).not.toBe(auth);
    await expect(second.check()).resolves.toBeUndefined();
  });
});

describe("configuration that fails names its cause", () => {
  @Module({ controllers: [Guarded] })
  class Feature {}
  const failure = new Error("the vault is sealed");

  test.each<[string, () => NonNullable<ModuleMetadata["imports"]>, string | Error]>([
    ["a wrong option", () => [SpotifyAuthModule.forRoot(testingOptions({ redirectUri: "http://localhost:3000/callback" }))], "redirectUri"],
    ["missing options", () => [SpotifyAuthModule.forRoot({ clientId: "", secret: "short" })], "SPOTIFY_CLIENT_ID"],
    ["a wrong option of a factory's", () => [SpotifyAuthModule.forRootAsync({ useFactory: () => testingOptions({ secret: "short" }) })], "secret"],
    [
      "a factory that throws",
      () => [
        SpotifyAuthModule.forRootAsync({
          useFactory: () => {
            throw failure;
          },
        }),
      ],
      failure,
    ],
    ["a factory that rejects", () => [SpotifyAuthModule.forRootAsync({ useFactory: () => Promise.reject(failure) })], failure],
    ["a factory that gives nothing", () => [SpotifyAuthModule.forRootAsync({ useFactory: () => undefined as never })], "must return an object"],
    ["options that are none", () => [SpotifyAuthModule.forRoot(null as never)], "the options are missing"],
    ["no source of options", () => [SpotifyAuthModule.forRootAsync({})], "one of useFactory, useClass and useExisting"],
    [
      "two sources of options",
      () => [SpotifyAuthModule.forRootAsync({ useFactory: () => testingOptions(), useClass: FromSettings })],
      "one of useFactory, useClass and useExisting",
    ],
    ["a factory's missing provider", () => [SpotifyAuthModule.forRootAsync({ inject: [Settings], useFactory: () => testingOptions() })], "Settings"],
    ["forRoot() twice", () => [SpotifyAuthModule.forRoot(testingOptions()), SpotifyAuthModule.forRoot(testingOptions())], "is imported more than once"],
    ["the module without forRoot()", () => [SpotifyAuthModule], "is imported as it is: write forRoot()"],
    [
      "the module without forRoot() beside the one with it",
      () => [SpotifyAuthModule.forRoot(testingOptions()), SpotifyAuthModule],
      "is imported more than once",
    ],
    ["the guard without the module", () => [Feature], "write SpotifyAuthModule.forRoot() in the imports of the root module"],
    [
      "the guard in a module that does not import a module that is not global",
      () => [SpotifyAuthModule.forRoot(testingOptions(), { isGlobal: false }), Feature],
      "import the same object here too",
    ],
  ])("%s", async (_what, imports, cause) => {
    const failed = (async () => start(...imports()))();
    if (cause instanceof Error) await expect(failed).rejects.toBe(cause);
    else await expect(failed).rejects.toThrow(cause);
  });

  test("what is ours to name is a ConfigurationError", async () => {
    for (const imports of [[Feature], [SpotifyAuthModule], [SpotifyAuthModule.forRoot({ clientId: "" })]])
      await expect(start(...imports)).rejects.toBeInstanceOf(ConfigurationError);
  });

  test.each(platforms)("%s: and Nest's log says it", async (_, platform) => {
    const logger = new Recorder();
    @Module({ imports: [SpotifyAuthModule.forRoot(testingOptions({ scopes: ["user-top-reed" as never] }))] })
    class Root {}
    await expect(NestFactory.create(Root, platform.adapter(createServer()), { logger, abortOnError: false })).rejects.toThrow(ConfigurationError);
    expect(logger.lines.join("\n")).toContain('"user-top-reed"');
  });
});
