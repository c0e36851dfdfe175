import { Controller, Get, Req, UseGuards } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { Spotify, SpotifyGuard } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

@Controller()
@UseGuards(SpotifyGuard)
class Me {
  @Get("me")
  me(@Spotify() spotify: SpotifySession, @Spotify("scopes") scopes: SpotifySession["scopes"], @Req() request: IncomingMessage): object {
    return { id: spotify.user.id, page: request.url, scopes };
  }
}

describe.each(platforms)("%s: signing in", (_, platform) => {
  const set = (): Promise<Stage> => stage(platform, { controllers: [Me] });

  test("a navigation by nobody goes to Spotify and comes back to the same page, signed in", async () => {
    const { browser, origin } = await set();
    const page = await browser.open("/me?tab=2&sort=name");
    expect(page).toMatchObject({ status: 200, url: `${origin}/me?tab=2&sort=name` });
    expect(JSON.parse(page.text)).toEqual({ id: "acc-6f1c0a52d9e84b7c", page: "/me?tab=2&sort=name", scopes: ["user-top-read"] });
    expect(page.headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
  });

  test("a script's request by nobody gets 401 as a problem, and no cookie", async () => {
    const { origin } = await set();
    const answer = await send(origin, "/me", { headers: script });
    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(JSON.parse(answer.text)).toMatchObject({ status: 401, code: "not_authenticated" });
  });

  test("HEAD is guarded as GET is", async () => {
    const { browser, origin } = await set();
    expect(await send(origin, "/me", { method: "HEAD", headers: script })).toMatchObject({ status: 401, text: "" });
    await browser.open("/me");
    expect(await browser.fetch("/me", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });

  test("what the browser only prefetches, embeds or fetches starts no sign-in", async () => {
    const { origin, emulator } = await set();
    const kinds = [
      script,
      { ...navigation, "sec-purpose": "prefetch" },
      { ...navigation, "sec-fetch-dest": "iframe" },
      { accept: "image/*", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
    ];
    for (const headers of kinds) {
      for (const path of ["/auth/spotify/login", "/me"]) {
        const answer = await send(origin, path, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }
    }
    expect(emulator.log).toHaveLength(0);
  });

  test("after signing out the old cookie is nobody's", async () => {
    const { browser, origin } = await set();
    await browser.open("/me");
    const cookie = browser.cookie();
    const out = await browser.fetch("/auth/spotify/logout", { method: "POST" });
    expect(out.status).toBeLessThan(400);
    expect([...browser.cookies.keys()]).toEqual([expect.stringMatching(/-tx$/)]);
    expect(await send(origin, "/me", { headers: { ...script, cookie } })).toMatchObject({ status: 401 });
  });
});
