import { Controller, Get, Module, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Test } from "@nestjs/testing";
import { createSpotifyAuth, memoryStore, type SpotifySession, type Store } from "@refrain/core";
import { manualClock } from "@refrain/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { SPOTIFY_AUTH_OPTIONS, Spotify, SpotifyAuthModule, SpotifyAuthService, SpotifyGuard, SpotifyScopes } from "../src/index.js";
import { SpotifyAuthTesting, SpotifyAuthTestingModule, testingOptions } from "../src/testing/index.js";
import { script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { Recorder } from "./support/recorder.js";
import { serve } from "./support/serve.js";
import { stage } from "./support/stage.js";

describe("SpotifyAuthService", () => {
  test("lists a user's sessions, ends one, all but one, and all, and tells of it", async () => {
    const app = await NestFactory.createApplicationContext(SpotifyAuthTestingModule.forRoot(), { logger: false });
    onTestFinished(() => app.close());
    const service = app.get(SpotifyAuthService);
    const heard: string[] = [];
    const stop = service.on("signedOut", ({ reason }) => heard.push(reason));
    const sessionOf = async (): Promise<SpotifySession> => {
      const cookie = await app.get(SpotifyAuthTesting).signIn({ user: "mira" });
      const session = await service.auth.session({ cookie });
      if (session === null) throw new Error("Nobody is signed in.");
      return session;
    };
    const [first, second] = [await sessionOf(), await sessionOf()];
    await sessionOf();
    expect(await service.sessions("mira")).toHaveLength(3);
    await service.signOut("mira", { only: String(second.id) });
    expect(await service.sessions("mira")).toHaveLength(2);
    await service.signOut("mira", { keep: first });
    expect((await service.sessions("mira")).map(({ id }) => id)).toEqual([first.id]);
    await service.retry("mira");
    expect(await service.forUser("mira").status()).toMatchObject({ phase: "active" });
    await service.check();
    stop();
    await service.disconnect("mira");
    expect(await service.sessions("mira")).toEqual([]);
    expect(await service.forUser("mira").status()).toMatchObject({ phase: "signedOut" });
    expect(heard).toEqual(["logout", "signOut"]);
  });

  test.each(platforms)("%s: works for a user who is not there, as queues and cron jobs do", async (_, platform) => {
    const { app, browser, clock, emulator } = await stage(platform, {});
    await browser.open("/auth/spotify/login");
    await clock.advance(3_600_000);
    expect(await app.get(SpotifyAuthService).forUser("acc-6f1c0a52d9e84b7c").json("/v1/me")).toMatchObject({ id: "mira" });
    expect(emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
  });
});

describe("when the app ends", () => {
  const closing = (): { readonly store: Store; closed(): number } => {
    let closed = 0;
    return { store: { ...memoryStore(), close: async () => void closed++ }, closed: () => closed };
  };

  test("what the module opened is closed", async () => {
    const { store, closed } = closing();
    const logger = new Recorder();
    const app = await NestFactory.createApplicationContext(SpotifyAuthModule.forRoot(testingOptions({ store })), { logger });
    expect(closed()).toBe(0);
    await app.close();
    expect(closed()).toBe(1);
    expect(logger.lines.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  test("the log names the grants whose new tokens could not be stored", async () => {
    const clock = manualClock();
    const inner = memoryStore({ clock });
    const refreshed = (): Promise<Response> => {
      store.swap = () => Promise.reject(new Error("The store is down."));
      return Promise.resolve(Response.json({ access_token: "new", token_type: "Bearer", expires_in: 3600 }));
    };
    const store = { ...inner };
    const logger = new Recorder();
    const app = await NestFactory.createApplicationContext(SpotifyAuthTestingModule.forRoot({ store, clock, fetch: refreshed }), { logger });
    await app.get(SpotifyAuthTesting).signIn({ user: "mira", lifetimeMs: 0 });
    const { auth } = app.get(SpotifyAuthService);
    const reported = new Promise<string>((resolve) => auth.on("tokensNotStored", ({ grant }) => resolve(grant)));
    const waiting = auth
      .forUser("mira")
      .token()
      .catch((error: unknown) => error);
    const passing = (async () => {
      for (let second = 0; second < 30; second++) await clock.advance(1_000);
    })();
    const grant = await reported;
    await app.close();
    await passing;
    expect(await waiting).toMatchObject({ code: "temporarily_unavailable" });
    expect(logger.lines.filter((line) => line.startsWith("error"))).toEqual([expect.stringContaining(`New tokens of 1 grants could not be stored: ${grant}.`)]);
  });

  test("a SpotifyAuth that was handed over stays open: whoever made it closes it", async () => {
    const { store, closed } = closing();
    const auth = createSpotifyAuth(testingOptions({ store }));
    const app = await NestFactory.createApplicationContext(SpotifyAuthModule.forRoot(auth), { logger: false });
    await app.close();
    expect(closed()).toBe(0);
    await expect(auth.check()).resolves.toBeUndefined();
  });
});

@Controller()
@UseGuards(SpotifyGuard)
class Me {
  @Get("me")
  @SpotifyScopes("user-top-read")
  me(@Spotify("user") { id }: SpotifySession["user"]): string {
    return id;
  }
}

/** As an app has it: set up by an environment that tests have not. */
@Module({ imports: [SpotifyAuthModule.forRoot()], controllers: [Me] })
class AppModule {}

describe.each(platforms)("%s: SpotifyAuthTestingModule", (_, platform) => {
  test.each([
    ["in the place of the app's own", () => Test.createTestingModule({ imports: [SpotifyAuthTestingModule.forRoot()], controllers: [Me] })],
    [
      "beside the app's own, whose options are overridden",
      () =>
        Test.createTestingModule({ imports: [AppModule, SpotifyAuthTestingModule] })
          .overrideProvider(SPOTIFY_AUTH_OPTIONS)
          .useValue(testingOptions()),
    ],
  ])("signs a user in without HTTP: %s", async (_where, testing) => {
    const module = await testing().setLogger(new Recorder()).compile();
    const { origin } = await serve(platform, async (adapter) => ({ app: module.createNestApplication(adapter) }));
    expect((await send(origin, "/me", { headers: script })).status).toBe(401);
    const signIn = (scopes: readonly "user-top-read"[]): Promise<string> => module.get(SpotifyAuthTesting).signIn({ user: "mira", scopes });
    expect((await send(origin, "/me", { headers: { ...script, cookie: await signIn([]) } })).status).toBe(403);
    expect(await send(origin, "/me", { headers: { ...script, cookie: await signIn(["user-top-read"]) } })).toMatchObject({ status: 200, text: "mira" });
  });

  test("calls nobody unless the test says who answers", async () => {
    const app = await NestFactory.createApplicationContext(SpotifyAuthTestingModule.forRoot(), { logger: false });
    onTestFinished(() => app.close());
    await app.get(SpotifyAuthTesting).signIn({ user: "mira", lifetimeMs: 0 });
    await expect(app.get(SpotifyAuthService).forUser("mira").json("/v1/me")).rejects.toMatchObject({ code: "temporarily_unavailable" });
  });
});
