import type { SpotifyAuthOptions } from "@refrain/core";
import { describe, expect, test, vi } from "vitest";
import { requireSpotify, spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { type Answer, send } from "client-kit/http";
import { stage, type Stage } from "./support/stage.js";

describe.each(expresses)("%s: signing in", (_, express) => {
  const set = (): Promise<Stage> =>
    stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get(
        "/me",
        withSpotify((request, response) => response.json({ id: request.spotify.user.id, page: request.originalUrl })),
      );
      app.use(spotifyErrors());
      return app;
    });

  test("a navigation by nobody goes to Spotify and comes back to the same page, signed in", async () => {
    const { browser, origin } = await set();
    const page = await browser.open("/me?tab=2&sort=name");
    expect(page).toMatchObject({ status: 200, url: `${origin}/me?tab=2&sort=name` });
    expect(JSON.parse(page.text)).toEqual({ id: "acc-6f1c0a52d9e84b7c", page: "/me?tab=2&sort=name" });
  });

  test.each(["an auth", "options", "nothing but the environment"])("set up by %s, one line is enough", async (by) => {
    const { browser, origin } = await stage((auth, options) => {
      for (const [name, value] of Object.entries(environment(options))) vi.stubEnv(name, value);
      const app = express();
      app.use(by === "an auth" ? spotifyAuth(auth) : by === "options" ? spotifyAuth(options) : spotifyAuth());
      vi.unstubAllEnvs();
      app.get("/", requireSpotify(), (request, response) => void response.json(request.spotify?.scopes));
      return app;
    });
    expect(await browser.open("/")).toMatchObject({ status: 200, text: '["user-top-read"]', url: `${origin}/` });
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

  test("signing out holds where the front page is guarded: Spotify asks before anybody is signed in again", async () => {
    const { browser, emulator, origin } = await stage(
      (auth) => {
        const app = express();
        app.use(spotifyAuth(auth));
        app.get("/", requireSpotify(), (_request, response) => void response.send("front page"));
        return app;
      },
      { asks: true },
    );
    const visit = (url: string): Promise<Answer> => browser.fetch(url.replace(origin, ""), { headers: navigation });
    const toSpotify = async (): Promise<string> => (await visit((await visit("/")).headers.location ?? "")).headers.location ?? "";
    await visit((await emulator.approve(await toSpotify(), { user: "mira" })).href);
    expect(await visit("/")).toMatchObject({ status: 200, text: "front page" });
    const form = { ...navigation, "sec-fetch-site": "same-origin" };
    expect((await browser.fetch("/auth/spotify/logout", { method: "POST", headers: form })).headers.location).toBe(`${origin}/`);
    const again = await toSpotify();
    await expect(emulator.approve(again, { user: "mira", silently: true })).rejects.toThrow("/authorize asks the user");
    await visit((await emulator.approve(again, { user: "mira" })).href);
    expect(await visit("/")).toMatchObject({ status: 200, text: "front page" });
    expect([...browser.cookies.values()].filter((value) => value !== "")).toHaveLength(2);
  });

  test.each([
    ["a page of ours", { "sec-fetch-site": "same-origin" }, true],
    ["an old browser on our page", { origin: "own" }, true],
    ["another site", { "sec-fetch-site": "cross-site" }, false],
    ["a sibling host", { "sec-fetch-site": "same-site" }, false],
    ["another site, whatever its Origin says", { "sec-fetch-site": "cross-site", origin: "own" }, false],
    ["another origin", { origin: "https://evil.example" }, false],
    ["an opaque origin", { origin: "null" }, false],
    ["somebody who says nothing", {}, false],
  ])("signing out asked for by %s", async (_who, headers: Record<string, string>, allowed) => {
    const { browser, origin } = await set();
    await browser.open("/me");
    const cookie = browser.cookie();
    const sent = headers["origin"] === "own" ? { ...headers, origin } : headers;
    const out = await send(origin, "/auth/spotify/logout", { method: "POST", headers: { ...sent, cookie } });
    if (allowed) expect(out.status).toBeLessThan(400);
    else expect(out.status).toBe(403);
    expect(await send(origin, "/me", { headers: { ...script, cookie } })).toMatchObject({ status: allowed ? 401 : 200 });
  });
});

function environment({
  clientId = "",
  clientSecret = "",
  redirectUri = "",
  emulatorUrl = "",
  scopes = [],
  secret = "",
}: SpotifyAuthOptions): Record<string, string> {
  return {
    SPOTIFY_CLIENT_ID: clientId,
    SPOTIFY_CLIENT_SECRET: clientSecret,
    SPOTIFY_REDIRECT_URI: redirectUri,
    SPOTIFY_SCOPES: scopes.join(" "),
    REFRAIN_SECRET: String(secret),
    REFRAIN_EMULATOR_URL: emulatorUrl,
  };
}
