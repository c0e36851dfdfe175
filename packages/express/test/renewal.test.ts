import { memoryStore, type SpotifyAuthOptions, type Store } from "@refrain/core";
import express5, { type Request } from "express";
import { describe, expect, test } from "vitest";
import { requireSpotify, spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { type Browser, createBrowser, navigation, script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { type Answer, send } from "client-kit/http";
import { stage, type Stage } from "./support/stage.js";

const minute = 60_000;
const day = 86_400_000;
const page = "/top?range=short&q=a%20b";
const login = "/auth/spotify/login?returnTo=%2Ftop%3Frange%3Dshort%26q%3Da%2520b";
// Longer than any consent, so that only consents end here.
const session = { absoluteMs: 400 * day, idleMs: 400 * day };

interface Shown {
  readonly user: string;
  readonly query: object;
  readonly id: string | null;
  readonly by: number;
  readonly renewUrl: string | null;
}

const shown = (answer: Answer): Shown => JSON.parse(answer.text) as Shown;

/** An app with one page, and Mira on it. */
async function set(options: SpotifyAuthOptions<Request> = {}, express = express5): Promise<Stage> {
  const made = await stage(
    (auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.all(
        "/top",
        withSpotify(({ spotify, query }, response) =>
          response.json({ user: spotify.user.spotifyId, query, id: spotify.id, by: spotify.reauthorizeBy, renewUrl: spotify.renewUrl } satisfies Shown),
        ),
      );
      app.get("/guarded", requireSpotify(), (_request, response) => void response.send("guarded"));
      app.use(spotifyErrors());
      return app;
    },
    { options: { session, ...options } },
  );
  await made.browser.open(page);
  expect(await made.browser.fetch(page)).toMatchObject({ status: 200 });
  return made;
}

const navigate = (browser: Browser, path = page): Promise<Answer> => browser.fetch(path, { headers: navigation });

/** Moves time so that so much of the consent is left. */
async function leave({ browser, clock }: Stage, leftMs: number): Promise<number> {
  const { by } = shown(await browser.fetch(page));
  await clock.advance(by - leftMs - clock.now());
  return by;
}

/** Follows redirects within the app, as far as Spotify. */
async function toSpotify({ browser, origin }: Pick<Stage, "browser" | "origin">, path = page): Promise<string> {
  const { headers } = await navigate(browser, path);
  const location = headers.location ?? "";
  return location.startsWith(origin) ? toSpotify({ browser, origin }, location.slice(origin.length)) : location;
}

describe.each(expresses)("%s: a consent near its end", (_, express) => {
  test("is renewed by the next page navigation, which comes back to the same page, once; the session and those of other browsers stay", async () => {
    const here = await set({}, express);
    const { browser, emulator, origin } = here;
    const other = createBrowser(origin);
    await other.open(page);
    const { id } = shown(await other.fetch(page));
    const before = await leave(here, 7 * day);
    const sent = await navigate(browser);
    expect(sent).toMatchObject({ status: 303, headers: { location: origin + login, "cache-control": "private, no-store" } });
    const landed = await browser.open(login);
    expect(landed).toMatchObject({ status: 200, url: origin + page });
    expect(shown(landed)).toMatchObject({ user: "mira", query: { range: "short", q: "a b" }, renewUrl: null });
    expect(shown(landed).by).toBeGreaterThan(before + 150 * day);
    expect(await navigate(browser)).toMatchObject({ status: 200 });
    expect(shown(await navigate(other))).toMatchObject({ id, by: shown(landed).by });
    expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(3);
  });

  test("is renewed by a navigation to whatever requireSpotify guards, and behind a router", async () => {
    const here = await set({}, express);
    await leave(here, day);
    expect(await here.browser.open("/guarded")).toMatchObject({ status: 200, text: "guarded", url: `${here.origin}/guarded` });
    expect(here.emulator.tokenCalls({ grantType: "authorization_code" })).toBe(2);
  });
});

describe("a renewal", () => {
  test.each([
    ["7 days and a minute", 7 * day + minute, 200],
    ["7 days", 7 * day, 303],
    ["a minute", minute, 303],
  ])("with %s left: %s ms, %s", async (_what, leftMs, status) => {
    const here = await set();
    await leave(here, leftMs);
    expect(await navigate(here.browser)).toMatchObject({ status });
  });

  test("begins as far ahead as timings.renewAheadMs says", async () => {
    const here = await set({ timings: { renewAheadMs: 20 * day } });
    await leave(here, 20 * day + minute);
    expect(await navigate(here.browser)).toMatchObject({ status: 200 });
    await here.clock.advance(minute);
    expect(await navigate(here.browser)).toMatchObject({ status: 303 });
  });

  const navigated = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none", accept: "text/html" };
  test.each<[string, string, Record<string, string>]>([
    ["a script", "GET", script],
    ["a script that prefers text/html", "GET", { ...script, accept: "text/html" }],
    ["a form", "POST", { ...navigated, "sec-fetch-site": "same-origin" }],
    ["HEAD", "HEAD", navigated],
    ["a frame", "GET", { ...navigated, "sec-fetch-dest": "iframe" }],
    ["a prefetch", "GET", { ...navigated, "sec-purpose": "prefetch" }],
    ["a prerendered page", "GET", { ...navigated, "sec-purpose": "prefetch;prerender" }],
    ["Safari's preview", "GET", { ...navigated, purpose: "preview" }],
    ["a program without Fetch Metadata", "GET", { accept: "application/json" }],
  ])("is never asked of %s, which spends no try either", async (_who, method, headers) => {
    const here = await set();
    await leave(here, day);
    const { browser, origin } = here;
    expect(await send(origin, page, { method, headers: { cookie: browser.cookie(), ...headers } })).toMatchObject({ status: 200 });
    expect(await navigate(browser)).toMatchObject({ status: 303 });
  });

  test("is asked for at most once a day, whatever became of it", async () => {
    const here = await set();
    const { browser, clock } = here;
    await leave(here, 3 * day);
    expect(await navigate(browser)).toMatchObject({ status: 303 });
    for (const ms of [0, minute, day - 3 * minute]) {
      await clock.advance(ms);
      expect(await navigate(browser)).toMatchObject({ status: 200 });
    }
    await clock.advance(2 * minute);
    expect(await navigate(browser)).toMatchObject({ status: 303 });
  });

  test("is asked of one of twenty navigations at the same moment", async () => {
    const here = await set();
    await leave(here, 3 * day);
    const answers = await Promise.all(Array.from({ length: 20 }, () => navigate(here.browser)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test("that is declined at Spotify is a page with a way back, and the next navigation is served", async () => {
    const here = await set();
    const { browser, emulator, origin } = here;
    const by = await leave(here, 3 * day);
    // The note of a sign-in a moment ago is gone by now.
    browser.cookies.delete([...browser.cookies.keys()].find((name) => name.endsWith("-tx")) ?? "");
    const cookie = browser.cookie();
    expect(cookie).not.toContain("; ");
    const { pathname, search } = await emulator.approve(await toSpotify(here), { user: "mira", deny: true });
    const told = await navigate(browser, pathname + search);
    expect(told.status).toBe(400);
    expect(told.text).toContain("You are still signed in, and nothing was changed.");
    expect(told.text).toContain(`<a href="${origin}${page.replaceAll("&", "&#38;")}">Continue</a>`);
    expect(browser.cookie()).toBe(cookie);
    const served = await navigate(browser);
    expect(served).toMatchObject({ status: 200 });
    expect(shown(served)).toMatchObject({ user: "mira", by });
  });

  test("that another Spotify account answers is a page: nothing changes, and nobody is switched", async () => {
    const here = await set();
    const { browser, emulator, auth } = here;
    const by = await leave(here, 3 * day);
    const { pathname, search } = await emulator.approve(await toSpotify(here), { user: "teo" });
    const told = await navigate(browser, pathname + search);
    expect(told.status).toBe(400);
    expect(told.text).toContain("That is another Spotify account");
    expect(shown(await navigate(browser))).toMatchObject({ user: "mira", by });
    expect((await auth.forUser("teo").status()).phase).toBe("signedOut");
  });

  test("that another Spotify account answers is asked about when it starts again: Spotify would bounce the same one back for ever", async () => {
    const here = await set();
    const { browser, emulator } = here;
    await leave(here, 3 * day);
    const { pathname, search } = await emulator.approve(await toSpotify(here), { user: "teo" });
    const [, again = ""] = /class="button primary" href="([^"]+)"/.exec((await navigate(browser, pathname + search)).text) ?? [];
    const start = new URL(again.replaceAll("&#38;", "&"));
    const { location = "" } = (await navigate(browser, start.pathname + start.search)).headers;
    expect(new URL(location).searchParams.get("show_dialog")).toBe("true");
    const back = await emulator.approve(location, { user: "mira" });
    const { headers } = await navigate(browser, back.pathname + back.search);
    expect(new URL(headers.location ?? "").pathname).toBe(page.split("?")[0]);
  });

  test("that brings the refresh token there was granted nothing anew: the end stays, and the next try is a day later", async () => {
    const seen: string[] = [];
    const keeps: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!(init?.body instanceof URLSearchParams) || init.body.get("grant_type") !== "authorization_code") return response;
      const answer = (await response.json()) as { refresh_token: string };
      seen.push(answer.refresh_token);
      return Response.json({ ...answer, refresh_token: seen[0] });
    };
    const here = await set({ fetch: keeps });
    const { browser, origin, clock } = here;
    const by = await leave(here, 3 * day);
    const landed = await browser.open(page);
    expect(landed).toMatchObject({ status: 200, url: origin + page });
    expect(new Set(seen).size).toBe(2);
    expect(shown(landed).by).toBe(by);
    expect(await navigate(browser)).toMatchObject({ status: 200 });
    await clock.advance(day);
    expect(await navigate(browser)).toMatchObject({ status: 303 });
  });

  test("is left where a page cannot be come back to", async () => {
    const here = await set({ returnTo: { path: "/", allow: (path) => path === "/guarded" } });
    const { browser } = here;
    await leave(here, 3 * day);
    expect(await navigate(browser)).toMatchObject({ status: 200 });
    expect(await navigate(browser, `/guarded?q=${"x".repeat(1_100)}`)).toMatchObject({ status: 200 });
    expect(await navigate(browser, "/guarded")).toMatchObject({ status: 303 });
  });

  test("works where Spotify is linked to the app's own account", async () => {
    const here = await set({ subject: () => "user-7" });
    const before = await leave(here, 3 * day);
    const landed = await here.browser.open(page);
    expect(landed).toMatchObject({ status: 200, url: here.origin + page });
    expect(shown(landed)).toMatchObject({ id: null, renewUrl: null });
    expect(shown(landed).by).toBeGreaterThan(before + 150 * day);
  });
});

describe("a store that fails is never in the way of a page", () => {
  const failing = (): { store: Store; fail: (swap: Store["swap"] | null, get?: Store["get"]) => void } => {
    const inner = memoryStore();
    let [swap, get, reads]: [Store["swap"] | null, Store["get"] | null, number] = [null, null, 0];
    return {
      // The session itself is read first, and that works: what comes after it does not.
      store: { get: (key) => (get !== null && ++reads > 1 ? get(key) : inner.get(key)), swap: (...given) => (swap ?? inner.swap)(...given) },
      fail: (nextSwap, nextGet) => ([swap, get, reads] = [nextSwap, nextGet ?? null, 0]),
    };
  };
  const down = (): Promise<never> => Promise.reject(new Error("The store is down."));
  const silent = (): Promise<never> => new Promise(() => undefined);

  test.each([
    ["takes no write", down, undefined, 1_000],
    ["can be neither read nor written", down, down, 1_000],
    ["never answers a write", silent, undefined, 2_500],
    ["loses every race", () => Promise.resolve(false), undefined, 1_000],
  ] as const)("one that %s: the page is served within moments, and the renewal waits", async (_what, swap, get, withinMs) => {
    const { store, fail } = failing();
    const here = await set({ store, storeDeadlineMs: 1_000 });
    const { browser } = here;
    await leave(here, 3 * day);
    // The token is fresh, so that the page itself needs no write.
    expect(await browser.fetch(page)).toMatchObject({ status: 200 });
    fail(swap, get);
    const began = performance.now();
    expect(await navigate(browser)).toMatchObject({ status: 200 });
    expect(performance.now() - began).toBeLessThan(withinMs);
    fail(null);
    expect(await navigate(browser)).toMatchObject({ status: 303 });
  });
});

describe("session.renewUrl", () => {
  test.each([
    ["auto", 30 * day + minute, false],
    ["auto", 30 * day, true],
    ["ask", 30 * day + minute, false],
    ["ask", 30 * day, true],
    ["ask", minute, true],
    ["off", minute, false],
  ] as const)('renewConsent "%s" with %s ms left: offered %s, and only "auto" redirects', async (renewConsent, leftMs, offered) => {
    const here = await set({ renewConsent });
    await leave(here, leftMs);
    const answer = await navigate(here.browser);
    expect(answer).toMatchObject({ status: 200 });
    expect(shown(answer).renewUrl).toBe(offered ? `${here.origin}/auth/spotify/login` : null);
  });

  test("renews when the user follows it", async () => {
    const here = await set({ renewConsent: "ask" });
    const { browser } = here;
    const before = await leave(here, minute);
    await browser.open(new URL(shown(await navigate(browser)).renewUrl ?? "").pathname);
    const after = shown(await navigate(browser));
    expect(after).toMatchObject({ user: "mira", renewUrl: null });
    expect(after.by).toBeGreaterThan(before + 150 * day);
  });
});

describe("a consent that is over", () => {
  test.each(["auto", "ask", "off"] as const)(
    'renewConsent "%s": a script hears where to go, a navigation goes there and comes back to the same page, signed in all the while',
    async (renewConsent) => {
      const here = await set({ renewConsent });
      const { browser, origin, emulator } = here;
      const before = await leave(here, -minute);
      const refused = await browser.fetch(page);
      expect(refused.status).toBe(401);
      expect(JSON.parse(refused.text)).toMatchObject({ code: "reauthorization_required", reason: "expired", reauthorizeUrl: `${origin}/auth/spotify/login` });
      expect(JSON.parse((await browser.fetch("/auth/spotify/session")).text)).toMatchObject({ signedIn: true, phase: "reauthorize" });

      expect(await navigate(browser)).toMatchObject({ status: 303, headers: { location: origin + login } });
      const landed = await browser.open(page);
      expect(landed).toMatchObject({ status: 200, url: origin + page });
      expect(shown(landed)).toMatchObject({ user: "mira", query: { range: "short", q: "a b" }, renewUrl: null });
      expect(shown(landed).by).toBeGreaterThan(before + 150 * day);
      expect(await browser.fetch(page)).toMatchObject({ status: 200 });
      expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(2);
    },
  );

  test("another Spotify account does not take its place", async () => {
    const here = await set();
    const { browser, emulator } = here;
    await leave(here, -minute);
    await browser.fetch(page);
    const { pathname, search } = await emulator.approve(await toSpotify(here), { user: "teo" });
    const told = await navigate(browser, pathname + search);
    expect(told.status).toBe(400);
    expect(told.text).toContain("That is another Spotify account");
    expect(JSON.parse((await browser.fetch("/auth/spotify/session")).text)).toMatchObject({ signedIn: true, phase: "reauthorize" });
  });
});
