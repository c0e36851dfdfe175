import { type NextFetchEvent, NextRequest, NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { navigation } from "./support/browser.js";
import { origin } from "./support/stage.js";
import { asked, fetched, opened, unit } from "./support/unit.js";

/** What Next takes from the answer: which headers pages see in place of the request's own. */
function overridden(answer: Response): Record<string, string | null> {
  const names = answer.headers.get("x-middleware-override-headers")?.split(",") ?? [];
  return Object.fromEntries(names.map((name) => [name, answer.headers.get(`x-middleware-request-${name}`)]));
}

describe("proxy", () => {
  test("sends a page navigation of nobody to sign in and back", async () => {
    const { spotify } = await unit();
    const answer = await spotify.proxy(opened("/me?tab=2"), {} as NextFetchEvent);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${origin}/auth/spotify/login?returnTo=%2Fme%3Ftab%3D2`);
  });

  test("lets the app's own sign-in page be seen, where it runs for all pages", async () => {
    const { spotify } = await unit({ pages: { signIn: "/sign-in" } });
    expect((await spotify.proxy(opened("/me"))).headers.get("location")).toBe(`${origin}/sign-in?returnTo=%2Fme`);
    expect((await spotify.proxy(opened("/sign-in?returnTo=%2Fme"))).headers.get("x-middleware-next")).toBe("1");
  });

  test("lets everything else go on: scripts, flights, prefetches, posts, our own routes", async () => {
    const { spotify } = await unit();
    const others = [
      fetched("/api/me"),
      fetched("/me", { rsc: "1" }),
      opened("/me", { "sec-purpose": "prefetch" }),
      asked("/me", {}, { method: "POST" }),
      opened("/auth/spotify/login"),
      opened("/auth/spotify/callback"),
    ];
    for (const request of others) expect((await spotify.proxy(request)).headers.get("x-middleware-next")).toBe("1");
  });

  test("asks the store for nothing where nobody could be sent away", async () => {
    const { spotify, cookie, storeReads } = await unit();
    const before = storeReads();
    await spotify.proxy(asked("/action", { ...navigation, cookie }, { method: "POST" }));
    await spotify.proxy(opened("/auth/spotify/session", { cookie }));
    expect(storeReads()).toBe(before);
    await spotify.proxy(opened("/me", { cookie }));
    expect(storeReads()).toBeGreaterThan(before);
  });

  test("V-018 tells pages their own path, beside the headers they would see anyway, and in no header of the answer", async () => {
    const { spotify, cookie } = await unit();
    const answer = await spotify.proxy(opened("/me?tab=2", { cookie, "x-own": "kept", "x-refrain-page": "/forged" }));
    expect(overridden(answer)).toMatchObject({ "x-refrain-page": "/me?tab=2", "x-own": "kept", cookie });
    expect([...answer.headers.keys()].filter((name) => !name.startsWith("x-middleware-"))).toEqual([]);
  });

  test("the path is the public's: with the base path and the locale, without the trailing slash", async () => {
    const { spotify, cookie } = await unit();
    const nextConfig = { basePath: "/music", trailingSlash: true, i18n: { locales: ["en", "de"], defaultLocale: "en" } };
    const page = async (path: string): Promise<string | null | undefined> => {
      const request = new NextRequest(`http://localhost:3000${path}`, { headers: { cookie }, nextConfig });
      return overridden(await spotify.proxy(request))["x-refrain-page"];
    };
    expect(await page("/music/de/legacy/?x=1")).toBe("/music/de/legacy?x=1");
    expect(await page("/music/legacy/")).toBe("/music/legacy");
  });

  test("goes on with another's proxy, which is handed the headers", async () => {
    const { spotify, cookie } = await unit();
    const answer = await spotify.proxy(opened("/me", { cookie }), (headers) => {
      headers.set("x-another", "yes");
      return NextResponse.rewrite("http://localhost:3000/other", { request: { headers } });
    });
    expect(answer.headers.get("x-middleware-rewrite")).toBe("http://localhost:3000/other");
    expect(overridden(answer)).toMatchObject({ "x-another": "yes", "x-refrain-page": "/me" });
  });

  test("a page navigation in an outage is the page that says so, with 503, which no page of Next's could answer; everything else goes on and says so itself", async () => {
    const { spotify, cookie, breakStore } = await unit();
    breakStore();
    const answer = await spotify.proxy(opened("/me", { cookie }));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await answer.text()).toContain("You are still signed in");
    for (const request of [fetched("/api/me", { cookie }), fetched("/me", { cookie, rsc: "1" })]) {
      expect((await spotify.proxy(request)).headers.get("x-middleware-next")).toBe("1");
    }
  });
});
