// Tries the packed packages with one version of Nest on both platforms, over HTTP. Compiled as a user's app is, without metadata of types; `npm test -- nest` runs it.
import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Head, HttpException, Module, Post, VersioningType } from "@nestjs/common";
import { APP_FILTER, APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { memoryStore, type SpotifySession } from "@refrain/core";
import { type Emulator, startEmulator } from "@refrain/emulator";
import { Spotify, SpotifyAuthModule, SpotifyAuthService, SpotifyGuard, SpotifyOptional, SpotifyPublic, SpotifyScopes } from "@refrain/nestjs";
import { SpotifyAuthTesting, SpotifyAuthTestingModule } from "@refrain/nestjs/testing";
import assert from "node:assert/strict";
import { request } from "node:http";
import type { AddressInfo } from "node:net";

const script = { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin" } as const;
const navigation = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" } as const;
const redirectUri = "http://127.0.0.1:3000/auth/spotify/callback";

@Controller({ version: "1" })
class Pages {
  @Get("me")
  @SpotifyScopes("user-top-read")
  async me(@Spotify() spotify: SpotifySession, @Spotify("user") user: SpotifySession["user"]): Promise<object> {
    return { id: user.spotifyId, answer: await spotify.json("/v1/me") };
  }

  @Get("more")
  @SpotifyScopes("user-library-read")
  more(): string {
    return "more";
  }

  @Head("head")
  head(): string {
    return "head";
  }

  @Post("me")
  post(): string {
    return "posted";
  }

  @Get("public")
  @SpotifyPublic()
  open(): string {
    return "public";
  }

  @Get("theirs")
  @SpotifyPublic()
  theirs(): never {
    throw new HttpException("theirs", 418);
  }

  @Get("optional")
  @SpotifyOptional()
  optional(@Spotify("user") user: SpotifySession["user"] | null): object {
    return { user: user?.spotifyId ?? null };
  }
}

@Catch()
class CatchesAll implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(status: number): void; send(text: string): void }>();
    response.status(exception instanceof HttpException ? exception.getStatus() : 500);
    response.send("caught all");
  }
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** A browser of one app: keeps cookies, sends paths as they are written. */
function browserAt(port: number): (path: string, headers?: object, method?: string, body?: string) => Promise<Answer> {
  const cookies = new Map<string, string>();
  return (path, headers = script, method = "GET", body = "") =>
    new Promise((resolve, reject) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const outgoing = request({ host: "127.0.0.1", port, path, method, headers: { ...headers, cookie }, agent: false }, (incoming) => {
        for (const line of incoming.headers["set-cookie"] ?? []) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (value === "") cookies.delete(name);
          else cookies.set(name, value);
        }
        let text = "";
        incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location ?? "", text }));
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
}

async function tryOn(platform: string, emulator: Emulator, passes: (ms: number) => void, now: () => number): Promise<void> {
  let closed = 0;
  const spotify = SpotifyAuthModule.forRootAsync({
    useFactory: async () => ({
      clientId: "emulator-client",
      clientSecret: "emulator-secret",
      redirectUri,
      scopes: ["user-top-read"],
      secret: "only-for-this-test-only-for-this-test-only-for-this-test",
      emulatorUrl: emulator.origin,
      store: { ...memoryStore(), close: async () => void closed++ },
      clock: {
        now,
        elapsed: now,
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
    }),
  });
  @Module({
    imports: [spotify],
    controllers: [Pages],
    providers: [
      { provide: APP_GUARD, useExisting: SpotifyGuard },
      { provide: APP_FILTER, useClass: CatchesAll },
    ],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, platform === "express" ? new ExpressAdapter() : new FastifyAdapter(), { logger: ["error", "warn"] });
  app.setGlobalPrefix("api").enableVersioning({ type: VersioningType.URI });
  await app.listen(0, "127.0.0.1");
  const open = browserAt((app.getHttpServer().address() as AddressInfo).port);

  const me = "/api/v1/me";
  for (const path of [
    me,
    `${me}/`,
    "/api/v1//me",
    "//api/v1/me",
    `${me};a`,
    "/api/v1/ME",
    "/api/v1/%6de",
    `${me}%20`,
    "/api/v1/./me",
    "/api/v1/head",
    `${me}?x=1`,
  ])
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
      const { status, text } = await open(path, script, method);
      assert.ok(
        (method === "OPTIONS" ? [200, 204, 400, 401, 404, 405] : [400, 401, 404, 405]).includes(status),
        `${platform}: ${method} ${path} answers ${status}`,
      );
      assert.ok(!text.includes("Mira"));
    }
  assert.deepEqual([(await open("/api/v1/public")).text, (await open("/api/v1/optional")).text], ["public", '{"user":null}']);
  assert.deepEqual((({ status, text }) => [status, text])(await open("/api/v1/theirs")), [418, "caught all"]);

  const toLogin = await open(`${me}?tab=2`, navigation);
  assert.equal(toLogin.status, 303, `${platform}: ${me} answers ${toLogin.status}: ${toLogin.text}`);
  const { pathname, search } = new URL(toLogin.location);
  const toSpotify = await open(pathname + search, navigation);
  const back = await emulator.approve(toSpotify.location, { user: "mira" });
  const landed = await open(back.pathname + back.search, navigation);
  assert.deepEqual([landed.status, landed.location], [303, `http://127.0.0.1:3000${me}?tab=2`]);
  const page = await open(me, navigation);
  assert.equal(page.status, 200, page.text);
  assert.equal((JSON.parse(page.text) as { id: string }).id, "mira");
  assert.equal((await open("/api/v1/optional")).text, '{"user":"mira"}');
  assert.match((await open("/api/v1/more")).text, /"missing":\["user-library-read"\]/);
  assert.equal((await open(me, script, "POST")).status, 201);

  const refreshes = emulator.tokenCalls({ grantType: "refresh_token" });
  passes(3_600_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => open(me)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(emulator.tokenCalls({ grantType: "refresh_token" }) - refreshes, 1);
  assert.equal((await app.get(SpotifyAuthService).sessions("acc-6f1c0a52d9e84b7c")).length, 1);

  assert.equal((await open("/auth/spotify/logout", { ...script, "content-type": "application/json" }, "POST", "{}")).status, 204);
  assert.equal((await open(me)).status, 401);
  await app.close();
  assert.equal(closed, 1);
}

async function main(): Promise<void> {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const emulator = await startEmulator({ now });
  for (const platform of ["express", "fastify"]) await tryOn(platform, emulator, (ms) => (ahead += ms), now);
  const tested = await NestFactory.createApplicationContext(SpotifyAuthTestingModule.forRoot(), { logger: ["error", "warn"] });
  const cookie = await tested.get(SpotifyAuthTesting).signIn({ user: "mira" });
  assert.equal((await tested.get(SpotifyAuthService).auth.session({ cookie }))?.user.id, "mira");
  await tested.close();
  await emulator.close();
  assert.equal(Reflect.getMetadata("design:paramtypes", Pages.prototype, "me"), undefined);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
