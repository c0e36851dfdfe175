import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, UseGuards } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import type { SpotifyAuthOptions, SpotifySession } from "@refrain/core";
import { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Spotify, SpotifyGuard, SpotifyOptional } from "../src/index.js";
import { navigation } from "client-kit/browser";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

const seen: unknown[] = [];

/** As passport's guards do it: whom they found they note on the framework's request, when the routes of sign-in have long been served. */
@Injectable()
class OwnGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: string }>().user = "of the guard";
    return true;
  }
}

@Controller()
@UseGuards(SpotifyGuard)
class Pages {
  @Get("me")
  async me(@Spotify() spotify: SpotifySession): Promise<unknown> {
    return spotify.json("/v1/me");
  }

  @Get("who")
  @SpotifyOptional()
  who(@Spotify("user") user: SpotifySession["user"] | null): object {
    return { who: user?.spotifyId ?? null };
  }
}

describe.each(platforms)("%s: an app with users of its own", (_, platform) => {
  const sidOf = ({ headers }: IncomingMessage): string | null => /\bsid=(\w+)/.exec(headers.cookie ?? "")?.[1] ?? null;
  const set = (subject: SpotifyAuthOptions<IncomingMessage>["subject"] = sidOf): Promise<Stage> =>
    stage(platform, { controllers: [Pages], providers: [{ provide: APP_GUARD, useClass: OwnGuard }], options: { subject } });

  test("a user links Spotify by opening a page, uses it, and unlinks it; another user of the browser sees nothing of it", async () => {
    const { browser, origin, auth } = await set();
    browser.cookies.set("sid", "ada");
    expect(await browser.open("/me?tab=2")).toMatchObject({ status: 200, url: `${origin}/me?tab=2` });
    expect([...browser.cookies.keys()]).toEqual(["sid"]);
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":"mira"}', headers: { "cache-control": "private, no-store" } });
    expect(await auth.forUser("ada").json("/v1/me")).toMatchObject({ id: "mira" });
    browser.cookies.set("sid", "bob");
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":null}' });
    expect(await browser.fetch("/me")).toMatchObject({ status: 401 });
    browser.cookies.set("sid", "ada");
    expect(await browser.fetch("/auth/spotify/disconnect", { method: "POST" })).toMatchObject({ status: 204 });
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":null}' });
  });

  test("the option subject gets Node's own request, in routes and in guards, once for each", async () => {
    seen.splice(0);
    const { browser } = await set((request) => {
      seen.push(request);
      return sidOf(request);
    });
    browser.cookies.set("sid", "ada");
    await browser.open("/auth/spotify/login?returnTo=/who");
    expect(seen).toHaveLength(3);
    for (const request of seen) expect(request).toBeInstanceOf(IncomingMessage);
  });

  test("a subject that a guard of the app's would find is not there yet: one page that says so to the user, one warning to the app's maker", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warned.mockRestore());
    const { browser, emulator } = await set((request) => (request as { session?: { user?: string } }).session?.user as string);
    for (const path of ["/who", "/me", "/auth/spotify/login", "/auth/spotify/session"]) {
      const page = await browser.fetch(path, { headers: navigation });
      expect(page).toMatchObject({ status: 500, text: expect.stringContaining("This app is not set up correctly") as string });
      expect(page.text).not.toContain("middleware");
    }
    expect(warned.mock.calls).toEqual([[expect.stringContaining("session middleware run before Refrain"), expect.anything()]]);
    expect(emulator.log).toHaveLength(0);
  });

  test("what the app's own function throws is Nest's to tell, and nobody is let through", async () => {
    const { browser } = await set(() => {
      throw new Error("the app's own database is down");
    });
    for (const path of ["/who", "/me", "/auth/spotify/login"]) {
      const answer = await browser.fetch(path, { headers: navigation });
      expect(JSON.parse(answer.text)).toEqual({ statusCode: 500, message: "Internal server error" });
    }
  });
});
