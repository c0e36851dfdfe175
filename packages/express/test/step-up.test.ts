import { describe, expect, test } from "vitest";
import { requireSpotify, spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { createBrowser } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { stage, type Stage } from "./support/stage.js";

type Browsed = Awaited<ReturnType<Stage["browser"]["open"]>>;

const hourMs = 3_600_000;
const refusal = { on: "api", kind: "status", status: 403, contentType: "application/json" } as const;
const insufficient = { ...refusal, body: JSON.stringify({ error: { status: 403, message: "Insufficient client scope" } }) } as const;

describe.each(expresses)("%s: a page that needs more than was granted", (_, express) => {
  const set = (asks = true): Promise<Stage> =>
    stage(
      (auth) => {
        const app = express();
        app.use(spotifyAuth(auth));
        app.get(
          "/me",
          withSpotify((request, response) => response.json(request.spotify.scopes)),
        );
        app.get(
          "/played",
          withSpotify((request, response) => response.json(request.spotify.scopes), { scopes: ["user-read-recently-played"] }),
        );
        app.get("/devices", requireSpotify({ scopes: ["user-read-playback-state"] }), (request, response) => void response.json(request.spotify?.scopes));
        // These say nothing of scopes: the call does.
        app.get(
          "/queue",
          withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me/player/queue"))),
        );
        app.get(
          "/top",
          withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me/top/tracks"))),
        );
        app.get(
          "/private",
          withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/playlists/37i9dQZF1DXcBWIGoYBM5M"))),
        );
        app.get(
          "/new",
          withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/brand-new"))),
        );
        app.use(spotifyErrors());
        return app;
      },
      { asks },
    );

  /** Opens a page, agrees at Spotify to what it asks or to less, and comes back. */
  async function through({ browser, emulator }: Stage, path: string, click: { deny?: boolean; scopes?: readonly string[] } = {}): Promise<Browsed> {
    const consent = await browser.open(path);
    expect(consent.url).toContain(`${emulator.origin}/authorize?`);
    const { pathname, search } = await emulator.approve(consent.url, { user: "mira", ...click });
    return browser.open(pathname + search);
  }

  const asked = ({ url }: Browsed): Set<string> => new Set(new URL(url).searchParams.get("scope")?.split(" "));
  const button = ({ text }: Browsed): URL => new URL(/class="button primary" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&#38;", "&") ?? "about:blank");
  const isPage = (title: string) => ({ status: 400, text: expect.stringContaining(`<h1>${title}</h1>`) as string });

  test("asks for the old and the new ones together, step by step, and comes back to the same page", async () => {
    const on = await set();
    expect(await through(on, "/me")).toMatchObject({ status: 200, text: '["user-top-read"]' });
    expect(asked(await on.browser.open("/played"))).toEqual(new Set(["user-top-read", "user-read-recently-played"]));
    const played = await through(on, "/played?after=7&limit=2");
    expect(played).toMatchObject({ status: 200, url: `${on.origin}/played?after=7&limit=2` });
    const both = ["user-top-read", "user-read-recently-played"];
    expect(new Set(JSON.parse(played.text) as string[])).toEqual(new Set(both));
    expect(asked(await on.browser.open("/devices"))).toEqual(new Set([...both, "user-read-playback-state"]));
    const devices = await through(on, "/devices");
    expect(new Set(JSON.parse(devices.text) as string[])).toEqual(new Set([...both, "user-read-playback-state"]));
    expect(await on.browser.open("/played")).toMatchObject({ status: 200, url: `${on.origin}/played` });
  });

  test("S-022 S-034 a route that declares nothing: the call is not sent, and the page asks and comes back all the same", async () => {
    const on = await set();
    await through(on, "/me");
    const before = on.emulator.log.length;
    const refused = await on.browser.fetch("/queue");
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "missing_scopes", missing: ["user-read-currently-playing", "user-read-playback-state"] });
    expect(on.emulator.log.length).toBe(before);
    const page = await through(on, "/queue");
    expect(page).toMatchObject({ status: 200, url: `${on.origin}/queue` });
  });

  test("a sign-in in a second browser leaves no page of the first without what it needs", async () => {
    const on = await set();
    await through(on, "/me");
    await through(on, "/played");
    const second = createBrowser(on.origin);
    const consent = await through({ ...on, browser: second }, "/me");
    expect(asked(consent)).toEqual(new Set(["user-top-read", "user-read-recently-played"]));
    const { pathname, search } = await on.emulator.approve(consent.url, { user: "mira" });
    expect(await second.open(pathname + search)).toMatchObject({ status: 200, url: `${on.origin}/me` });
    for (const browser of [on.browser, second]) expect(await browser.open("/played")).toMatchObject({ status: 200, url: `${on.origin}/played` });
  });

  test("refused at Spotify: a page each time, the session as it was, and a button that asks for the same", async () => {
    const on = await set();
    await through(on, "/me");
    const { browser } = on;
    for (let navigation = 0; navigation < 3; navigation++) {
      const page = await through(on, "/played", { deny: true });
      expect(page).toMatchObject(isPage("You did not allow the sign-in"));
      expect(page.text).toContain("You are still signed in");
      expect(button(page).searchParams.get("returnTo")).toBe("/played");
      expect(button(page).searchParams.get("scope")).toBe("user-read-recently-played");
      expect(await browser.fetch("/me")).toMatchObject({ status: 200, text: '["user-top-read"]' });
    }
    expect(await through(on, "/played")).toMatchObject({ status: 200, url: `${on.origin}/played` });
  });

  test("granted without what the page needs: a page each time, and the session says what was granted", async () => {
    const on = await set();
    await through(on, "/me");
    for (let navigation = 0; navigation < 3; navigation++) {
      const page = await through(on, "/played", { scopes: ["user-top-read"] });
      expect(page).toMatchObject(isPage("Spotify did not give every permission"));
      expect(button(page).href).toBe(`${on.origin}/played`);
      expect(await on.browser.fetch("/me")).toMatchObject({ status: 200, text: '["user-top-read"]' });
      expect(JSON.parse((await on.browser.fetch("/played")).text)).toMatchObject({ code: "missing_scopes", missing: ["user-read-recently-played"] });
    }
    expect(await through(on, "/played")).toMatchObject({ status: 200, url: `${on.origin}/played` });
  });

  test("granted in part: what was is used, what was not is asked for again by the page that needs it", async () => {
    const on = await set();
    await through(on, "/me");
    expect(await through(on, "/queue", { scopes: ["user-top-read", "user-read-playback-state"] })).toMatchObject({ status: 400 });
    expect(await on.browser.open("/devices")).toMatchObject({ status: 200, url: `${on.origin}/devices` });
    expect(JSON.parse((await on.browser.fetch("/queue")).text)).toMatchObject({ missing: ["user-read-currently-playing"] });
  });

  test("S-022 a first sign-in that is granted nothing: signed in, told so, and no call is sent that needs more", async () => {
    const on = await set();
    expect(await through(on, "/top", { scopes: [] })).toMatchObject(isPage("Spotify did not give every permission"));
    expect(await on.browser.fetch("/me")).toMatchObject({ status: 200, text: "[]" });
    const before = on.emulator.log.length;
    expect(JSON.parse((await on.browser.fetch("/top")).text)).toMatchObject({ missing: ["user-top-read"] });
    expect(on.emulator.log.length).toBe(before);
  });

  test("a Spotify that returns at once, without the scope, is a page and not a circle", async () => {
    const { browser, emulator, origin } = await set(false);
    await browser.open("/me");
    emulator.fault({ on: "token", grantType: "authorization_code", kind: "patch-answer", patch: (body) => ({ ...body, scope: "user-top-read" }) });
    for (let navigation = 1; navigation <= 3; navigation++) {
      const page = await browser.open("/played");
      expect(page).toMatchObject(isPage("Spotify did not give every permission"));
      expect(page.url).toContain(`${origin}/auth/spotify/callback?`);
      expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(1 + navigation);
    }
  });

  test("S-022 F-030 withdrawn, and the refresh says so: the next call is not sent, and the page asks again", async () => {
    const { browser, clock, emulator, origin } = await set(false);
    await browser.open("/top");
    emulator.fault({ on: "token", grantType: "refresh_token", times: 1, kind: "patch-answer", patch: (body) => ({ ...body, scope: "" }) });
    await clock.advance(hourMs);
    const calls = (): number => emulator.log.filter(({ endpoint, path }) => endpoint === "api" && path !== "/v1/me").length;
    const before = calls();
    for (let request = 0; request < 2; request++) {
      const refused = await browser.fetch("/top");
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text)).toMatchObject({ code: "missing_scopes", missing: ["user-top-read"] });
    }
    expect(calls()).toBe(before);
    expect(emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
    expect(await browser.open("/top")).toMatchObject({ status: 200, url: `${origin}/top` });
  });

  test("F-030 withdrawn, and only the API says so: a page with a way to consent, never a circle through a Spotify that agrees at once", async () => {
    const { browser, emulator, origin } = await set(false);
    await browser.open("/me");
    const restore = emulator.fault({ ...insufficient, path: "/v1/me/top/tracks" });
    const script = JSON.parse((await browser.fetch("/top")).text) as object;
    expect(script).toMatchObject({ code: "missing_scopes", missing: ["user-top-read"], reauthorizeUrl: `${origin}/auth/spotify/login?scope=user-top-read` });
    const page = await browser.open("/top?limit=5");
    expect(page).toMatchObject({ status: 403, url: `${origin}/top?limit=5` });
    expect(page.text).toContain("Spotify no longer accepts a permission that this page needs.");
    const { pathname, search, searchParams } = button(page);
    expect([searchParams.get("returnTo"), searchParams.get("scope")]).toEqual(["/top?limit=5", "user-top-read"]);
    expect(await browser.open(pathname + search)).toMatchObject({ status: 403, url: `${origin}/top?limit=5` });
    restore();
    expect(await browser.open(pathname + search)).toMatchObject({ status: 200, url: `${origin}/top?limit=5` });
  });

  test("F-030 refused for a scope that nobody can name: a page that says whose mistake it is", async () => {
    const { browser, emulator, origin } = await set(false);
    await browser.open("/me");
    emulator.fault({ ...insufficient, path: "/v1/brand-new" });
    const page = await browser.open("/new");
    expect(page).toMatchObject({ status: 403, url: `${origin}/new` });
    expect(page.text).toContain("This page needs a permission that it does not ask for");
  });

  test("F-030 refused for another scope than those granted: asks for it once, and comes back", async () => {
    const { browser, emulator, origin } = await set(false);
    await browser.open("/me");
    emulator.fault({ ...insufficient, path: "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M", times: 1 });
    const page = await browser.open("/private");
    expect(page.url).toBe(`${origin}/private`);
    expect(JSON.parse((await browser.fetch("/me")).text)).toEqual(expect.arrayContaining(["playlist-read-private", "playlist-read-collaborative"]));
    emulator.fault({ ...insufficient, path: "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M" });
    expect(await browser.open("/private")).toMatchObject({ status: 403, url: `${origin}/private` });
  });
});
