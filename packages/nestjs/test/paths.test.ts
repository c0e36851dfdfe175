import { Controller, Get, type INestApplication, Module, UseGuards, VersioningType } from "@nestjs/common";
import { APP_GUARD, RouterModule } from "@nestjs/core";
import { describe, expect, test } from "vitest";
import { SpotifyGuard, SpotifyPublic } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage, type Staging } from "./support/stage.js";

@Controller()
class OnHandler {
  @Get("me")
  @UseGuards(SpotifyGuard)
  me(): string {
    return "secret";
  }
}

@Controller()
@UseGuards(SpotifyGuard)
class OnClass {
  @Get("me")
  me(): string {
    return "secret";
  }
}

@Controller()
class Unsaid {
  @Get("me")
  me(): string {
    return "secret";
  }

  @Get("open")
  @SpotifyPublic()
  open(): string {
    return "for all";
  }
}

@Controller({ version: "1" })
@UseGuards(SpotifyGuard)
class Versioned {
  @Get("me")
  me(): string {
    return "secret";
  }
}

@Module({ controllers: [OnClass] })
class Plugged {}

const globally = { provide: APP_GUARD, useExisting: SpotifyGuard };
const lenient = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false, useSemicolonDelimiter: true };

/** Where the guarded handler is, and how the app is made. */
const apps: readonly (readonly [name: string, path: string, staging: Staging])[] = [
  ["the guard on a handler", "/me", { controllers: [OnHandler] }],
  ["the guard on a class", "/me", { controllers: [OnClass] }],
  ["the guard for all", "/me", { controllers: [Unsaid], providers: [globally] }],
  ["a global prefix", "/api/me", { controllers: [OnHandler], main: (app: INestApplication) => app.setGlobalPrefix("api") }],
  ["a module below a prefix", "/plugged/me", { imports: [Plugged, RouterModule.register([{ path: "plugged", module: Plugged }])] }],
  ["versions in the path", "/v1/me", { controllers: [Versioned], main: (app: INestApplication) => app.enableVersioning({ type: VersioningType.URI }) }],
  [
    "versions that the app finds out, below a prefix",
    "/api/me",
    {
      controllers: [Versioned],
      main: (app: INestApplication) => app.setGlobalPrefix("api").enableVersioning({ type: VersioningType.CUSTOM, extractor: () => "1" }),
    },
  ],
  ["a router that takes paths for equal (Fastify's options)", "/me", { controllers: [OnClass], fastify: { routerOptions: lenient } }],
];

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "SEARCH"] as const;

/** All that routers and middleware have read differently, of a path of one segment or more. */
function spellings(path: string): readonly string[] {
  const last = path.lastIndexOf("/") + 1;
  const [before, name] = [path.slice(0, last), path.slice(last)];
  const hex = (text: string): string => text.replaceAll(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return [
    path,
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `${before}/${name}`,
    `${path};a`,
    `${path};`,
    path.toUpperCase(),
    `${before}${hex(name)}`,
    `${before}${hex(name).toUpperCase()}`,
    `${path}%20`,
    `${path}%2F`,
    `${path}%00`,
    `${before}./${name}`,
    `${before}x/../${name}`,
    `${before}x/%2e%2e/${name}`,
    `${path}?x=${path}`,
    `${path}?`,
    `${path}#x`,
    `/\\${path.slice(1)}`,
    path.slice(1),
    `*${path.slice(1)}`,
    `http://127.0.0.1${path}`,
    `http://evil.example${path}`,
  ];
}

describe.each(platforms)("%s: paths", { timeout: 30_000 }, (_, platform) => {
  test.each(apps)("V-013 %s: no spelling of the path shows anybody's page to nobody", async (_name, path, staging) => {
    const { origin, browser } = await stage(platform, staging);
    for (const spelling of spellings(path)) {
      for (const method of spelling.startsWith("/") ? methods : ["GET"]) {
        const answer = await send(origin, spelling, { method, headers: script });
        expect(method === "OPTIONS" ? [200, 400, 401, 404, 405] : [400, 401, 404, 405], `${method} ${spelling}`).toContain(answer.status);
        expect(answer.text, `${method} ${spelling}`).not.toContain("secret");
      }
    }
    expect(await browser.open(path)).toMatchObject({ status: 200, text: "secret" });
    expect(await browser.fetch(path, { method: "HEAD" })).toMatchObject({ status: 200 });
  });

  test.each([
    "/auth/spotify/login/",
    "//auth/spotify/login",
    "/auth/spotify//login",
    "/auth/spotify/login;a",
    "/AUTH/SPOTIFY/LOGIN",
    "/x/../auth/spotify/login",
    "/%61uth/spotify/login",
    "http://evil.example/auth/spotify/login",
  ])("V-013 %s is no route of ours: nothing begins there", async (path) => {
    const { origin, emulator } = await stage(platform, { controllers: [OnClass], fastify: { routerOptions: lenient } });
    const answer = await send(origin, path, { headers: navigation });
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answer.status).toBe(404);
    expect(emulator.log).toHaveLength(0);
  });

  test("a target that is a whole URL, or a method that Fetch does not know, is turned away without harm", async () => {
    const { origin } = await stage(platform, { controllers: [OnClass] });
    for (const path of [`${origin}/me`, "http://evil.example/me"]) {
      const answer = await send(origin, path, { headers: navigation });
      expect([302, 303, 401, 404]).toContain(answer.status);
      expect(answer.headers.location ?? "").not.toContain("evil.example");
    }
    expect(await send(origin, "/auth/spotify/login", { method: "TRACE", headers: navigation })).toMatchObject({ status: 405 });
  });

  test("with a guard for all, what is public is served to everybody, and the sign-in routes need no exception", async () => {
    const { origin, browser } = await stage(platform, { controllers: [Unsaid], providers: [globally] });
    const open = await send(origin, "/open", { headers: script });
    expect(open).toMatchObject({ status: 200, text: "for all" });
    expect(open.headers["cache-control"]).toBeUndefined();
    expect(await browser.open("/auth/spotify/login?returnTo=/me")).toMatchObject({ status: 200, text: "secret" });
    expect((await browser.fetch("/auth/spotify/session")).status).toBe(200);
  });

  test("where the app rewrites paths, a sign-in comes back to the page as it was asked for", async () => {
    const rewritten = (url = ""): string => url.replace(/^\/old\//, "/");
    const { origin, browser } = await stage(platform, {
      controllers: [OnClass],
      fastify: { rewriteUrl: ({ url }: { readonly url?: string }) => rewritten(url) },
      main: (app) =>
        platform.name === "express" &&
        app.use((request: { url: string }, _response: unknown, next: () => void) => {
          request.url = rewritten(request.url);
          next();
        }),
    });
    expect(await browser.open("/old/me?a=1")).toMatchObject({ status: 200, text: "secret", url: `${origin}/old/me?a=1` });
  });

  test("the sign-in routes stand where the redirect URI says, whatever prefix and version the app has", async () => {
    const { origin, browser } = await stage(platform, {
      callback: "/api/v2/spotify/callback",
      controllers: [Versioned],
      main: (app) => app.setGlobalPrefix("api").enableVersioning({ type: VersioningType.URI }),
    });
    expect(await browser.open("/api/v1/me?a=1")).toMatchObject({ status: 200, url: `${origin}/api/v1/me?a=1` });
    expect((await send(origin, "/api/v2/spotify/login", { headers: navigation })).status).toBe(303);
    expect((await send(origin, "/auth/spotify/login", { headers: navigation })).status).toBe(404);
  });
});
