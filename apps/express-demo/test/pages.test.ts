import { dayMs, hourMs, login } from "demo-kit/test-demo";
import { describe, expect, test } from "vitest";
import { apiCall, testDemo } from "./support/demo.js";

describe("the first page", () => {
  test("to nobody it says what this is and offers the sign-in", async () => {
    const { browser, emulator } = await testDemo();
    const page = await browser.open("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Sign in with Spotify");
    expect(page.text).toContain("local emulator: no real account");
    expect(page.text).not.toContain("Sign out");
    expect(emulator.log).toHaveLength(0);
  });

  test("to Mira it says who she is, what plays, what she likes, and how the connection stands", async () => {
    const { browser, origin } = await testDemo();
    const page = await browser.open(login);
    expect(page).toMatchObject({ status: 200, url: `${origin}/` });
    for (const words of [
      "Signed in as Mira Sandoval",
      "Playing now",
      "Left of this track",
      "Postcard Rain",
      'data-phase="active"',
      "Spotify ends it on",
      "Sign out",
      "Let it expire",
    ]) {
      expect(page.text).toContain(words);
    }
    expect(/59 min 5\d s|60 min 0 s/.test(page.text)).toBe(true);
    expect(page.headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
  });

  test("to Anouk, who listens to nothing, it says so", async () => {
    const { browser } = await testDemo({ autoConsent: "anouk" });
    expect((await browser.open(login)).text).toContain("Nothing is playing");
  });

  test.each([
    ["429", { kind: "rate-limit", retryAfter: 9 }, "/v1/me/top/tracks", "Spotify asks this app to slow down. Try again in 9 s."],
    ["a missing scope", { kind: "permissions-missing" }, "/v1/me/player/currently-playing", "Spotify no longer lets this app see this."],
    ["HTML from a proxy", { kind: "status", status: 502, body: "<html>", contentType: "text/html" }, "/v1/me", "Signed in as mira"],
    ["a reset", { kind: "reset" }, "/v1/me/top/tracks", "Spotify did not answer this one. You are still signed in."],
    ["nonsense", { kind: "body", body: "}{" }, "/v1/me/player/currently-playing", "Spotify did not answer this one. You are still signed in."],
    ["an unlisted user", { kind: "not-allowlisted" }, "/v1/me/top/tracks", "developer dashboard"],
  ] as const)("%s spoils one section and no other", async (_what, fault, path, words) => {
    const { browser, emulator } = await testDemo();
    await browser.open(login);
    emulator.fault({ on: "api", path, ...fault });
    const page = await browser.open("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain(words);
    expect(page.text).toContain("Trail");
    expect(page.text.match(/class="notice"/g)?.length ?? 0).toBe(path === "/v1/me" ? 0 : 1);
    expect(page.text).not.toMatch(/\bat .+:\d+:\d+/);
  });

  test("names from Spotify are text, never markup", async () => {
    const { browser, emulator } = await testDemo();
    await browser.open(login);
    emulator.fault({ on: "api", path: "/v1/me", kind: "patch-answer", patch: (body) => ({ ...body, display_name: "<script>alert(1)</script>" }) });
    emulator.fault({
      on: "api",
      path: "/v1/me/top/tracks",
      kind: "body",
      body: JSON.stringify({ items: [{ name: '"><img src=x>', external_urls: { spotify: "javascript:alert(1)" } }, 7, null, {}] }),
    });
    const track = { name: '"><img src=x>', artists: [{ name: "<b>" }], external_urls: { spotify: "javascript:alert(1)" } };
    emulator.fault({ on: "api", path: "/v1/me/player/recently-played", kind: "body", body: JSON.stringify({ items: [{ track, played_at: "<i>" }, 7, null] }) });
    emulator.fault({ on: "api", path: "/v1/me/player/currently-playing", kind: "body", body: JSON.stringify({ item: track, is_playing: "<i>" }) });
    expect((await browser.open("/")).text).toContain("Signed in as &lt;script&gt;alert(1)&lt;/script&gt;");
    for (const path of ["/", "/recent", "/live", "/account"]) {
      const page = await browser.open(path);
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<script>|<img|<b>|<i>|javascript:/);
    }
  });
});

describe("when Spotify's token endpoint is down", () => {
  test("a living token is served, a dead one makes it the unavailable page, and it goes on by itself", async () => {
    const { browser, clock, emulator } = await testDemo();
    await browser.open(login);
    const mend = emulator.fault({ on: "token", kind: "status", status: 503 });
    clock.advance(hourMs - 120_000);
    expect(await browser.open("/")).toMatchObject({ status: 200 });
    clock.advance(130_000);
    const page = await browser.open("/");
    expect(page.status).toBe(503);
    expect(page.text).toContain("You are still signed in");
    expect(page.text).toContain("Spotify cannot be reached right now");
    expect(page.text).not.toMatch(/\bat .+:\d+:\d+/);
    expect(Number(page.headers["retry-after"])).toBeGreaterThan(0);
    expect(await browser.call("/me")).toMatchObject({ status: 503, headers: { "content-type": "application/problem+json" } });
    mend();
    clock.advance(60_000);
    expect(await browser.open("/")).toMatchObject({ status: 200 });
  });
});

describe("the buttons", () => {
  test("let it expire: the next page comes after one refresh, and the trail tells of it", async () => {
    const { browser, refreshes } = await testDemo();
    await browser.open(login);
    const page = await browser.submit("/demo/expire");
    expect(page.status).toBe(200);
    expect(refreshes()).toBe(1);
    expect(page.text).toContain("Refreshed");
    expect(page.text).toContain("Spotify: refreshed");
    expect(/59 min 5\d s|60 min 0 s/.test(page.text)).toBe(true);
  });

  test("let it age: the page comes at once and a refresh runs behind it", async () => {
    const { browser, refreshes } = await testDemo();
    await browser.open(login);
    expect(/1 min 5\d s|2 min 0 s/.test((await browser.submit("/demo/age")).text)).toBe(true);
    await expect.poll(refreshes).toBe(1);
  });

  test("break and mend: the unavailable page offers to mend, and then all is well again", async () => {
    const { browser, clock } = await testDemo();
    await browser.open(login);
    expect((await browser.submit("/demo/break")).text).toContain("Mend the token endpoint");
    const down = await browser.submit("/demo/expire");
    expect(down.status).toBe(503);
    expect(down.text).toContain('action="/demo/mend"');
    await browser.submit("/demo/mend");
    clock.advance(60_000);
    expect(await browser.open("/")).toMatchObject({ status: 200 });
  });

  test.each(["five-days", "six-months"])(
    "%s: the next page passes through Spotify once, without a click, and the consent has half a year again",
    async (action) => {
      const { browser, clock, emulator, origin } = await testDemo();
      await browser.open(login);
      const before = clock.now();
      const page = await browser.submit(`/demo/${action}`);
      expect(clock.now() - before).toBeGreaterThan(170 * dayMs);
      expect(page).toMatchObject({ status: 200, url: `${origin}/` });
      expect(page.text).toMatch(/>18\d days</);
      expect(page.text.includes("Consent needed")).toBe(action === "six-months");
      expect(page.text).toContain("Spotify: bounced");
      expect(emulator.authorizations).toHaveLength(2);
    },
  );

  test("take a permission back: one section says so, the page that is nothing else explains, and asking again mends both", async () => {
    const { browser, emulator, origin } = await testDemo();
    await browser.open(login);
    const page = await browser.submit("/demo/withdraw");
    expect(page.text.match(/class="notice"/g)).toHaveLength(1);
    expect(page.text).toContain("Spotify no longer lets this app see this.");
    expect(page.text).toContain("Postcard Rain");
    expect(await browser.call(apiCall)).toMatchObject({ status: 403, text: expect.stringContaining("missing_scopes") as string });

    const closed = await browser.open("/live");
    expect(closed.status).toBe(403);
    expect(emulator.authorizations).toHaveLength(1);
    const [, link = ""] = /class="button primary" href="([^"]+)"/.exec(closed.text) ?? [];
    expect(await browser.open(link.replaceAll("&amp;", "&"))).toMatchObject({ status: 200, url: `${origin}/live` });
    expect((await browser.open("/")).text).not.toContain('class="notice"');
  });

  test.each(["expire", "age", "break", "mend", "five-days", "six-months", "withdraw"])("%s obeys our own pages only", async (action) => {
    const { origin, clock } = await testDemo();
    const before = clock.now();
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await fetch(`${origin}/demo/${action}`, { method: "POST", headers: headers as Record<string, string>, redirect: "manual" });
      expect(answer.status).toBe(403);
    }
    expect((await fetch(`${origin}/demo/${action}`)).status).toBe(404);
    expect(clock.now() - before).toBeLessThan(60_000);
  });
});

describe("every page", () => {
  test.each([
    "/",
    "/nothing-here",
    "/style.css",
    "/live.js",
    "/now-playing.js",
    "/favicon.svg",
    "/me",
    "/account",
    "/recent",
    "/live",
    "/trail",
    "/auth/spotify/nothing",
    "/auth/spotify/callback?code=x&state=y",
  ])("%s carries the security headers", async (path) => {
    const { origin } = await testDemo();
    const { headers } = await fetch(origin + path);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/^(same-origin|no-referrer)$/);
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("names nothing outside this machine that a browser would load", async () => {
    const { browser } = await testDemo();
    for (const path of ["/", login, "/nothing-here", "/account", "/recent", "/live", "/auth/spotify/callback?code=x&state=y"]) {
      const page = await browser.open(path);
      const loads = [...page.text.matchAll(/<(?:script|link|img|iframe|source|video|audio)[^>]*(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
      expect(loads.length).toBeGreaterThan(0);
      expect(loads.every((url) => url?.startsWith("/"))).toBe(true);
      expect(page.text).not.toMatch(/ style="|<style|onclick=/);
    }
  });

  test("a page that does not exist says so kindly", async () => {
    const { browser } = await testDemo();
    const page = await browser.open("/nothing-here");
    expect(page.status).toBe(404);
    expect(page.text).toContain("There is no such page");
  });
});

describe("the page behind a permission of its own", () => {
  test("asks once, comes back to itself, and asks no more", async () => {
    const { browser, emulator, origin } = await testDemo();
    await browser.open(login);
    for (let visits = 0; visits < 2; visits++) {
      const page = await browser.open("/recent");
      expect(page).toMatchObject({ status: 200, url: `${origin}/recent` });
      expect(page.text).toContain("Half a Moon");
    }
    expect(emulator.authorizations.map(({ asked }) => asked.includes("user-read-recently-played"))).toEqual([false, true]);
  });

  test("is closed to scripts without it, says where to ask, and asks Spotify for nothing meanwhile", async () => {
    const { browser, emulator } = await testDemo();
    await browser.open(login);
    const before = emulator.log.length;
    expect(await browser.call("/recent")).toMatchObject({ status: 403, text: expect.stringContaining("scope=user-read-recently-played") as string });
    expect(emulator.log).toHaveLength(before);
  });
});

describe("what plays, live", () => {
  test("stands in the page as it is made", async () => {
    const { browser } = await testDemo();
    await browser.open(login);
    const page = await browser.open("/live");
    expect(page.text).toMatch(/<strong id="title">[^<]+<\/strong>/);
    expect(page.text).toMatch(/\d:\d\d of \d:\d\d/);
    expect(page.text).toContain('href="/live">Reload');
  });

  test("to Anouk, who listens to nothing, it says so", async () => {
    const { browser } = await testDemo({ autoConsent: "anouk" });
    await browser.open(login);
    const page = await browser.open("/live");
    expect(page.text).toMatch(/id="silence"\s*>/);
    expect(page.text).toMatch(/id="song" hidden/);
  });

  test("goes through the app for its own scripts only, and nothing else goes through", async () => {
    const { browser, origin } = await testDemo();
    expect(await browser.call(apiCall)).toMatchObject({ status: 401 });
    await browser.open(login);
    expect(await browser.call(apiCall)).toMatchObject({ status: 200, text: expect.stringContaining("is_playing") as string });
    expect(await browser.call("/auth/spotify/api/v1/me")).toMatchObject({ status: 404 });
    expect((await browser.open("/")).text).toContain("A script asked for what the app does not let through.");
    expect(await browser.call("/auth/spotify/token")).toMatchObject({ status: 404 });
    const headers = { cookie: browser.cookie(), "sec-fetch-site": "same-origin" };
    expect((await fetch(origin + apiCall, { headers })).status).toBe(403);
  });
});

test("20 pages at expiry: one refresh, 20 answers", async () => {
  const { browser, clock, refreshes } = await testDemo({ autoConsent: "mira", refresh: "family" });
  await browser.open(login);
  clock.advance(hourMs);
  const pages = await Promise.all(Array.from({ length: 20 }, () => browser.open("/")));
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  expect(refreshes()).toBe(1);
});

test("after signing out the old cookie is nobody's, on the pages and on the live trail", async () => {
  const { browser } = await testDemo();
  await browser.open(login);
  const cookie = browser.cookie();
  expect((await browser.submit("/auth/spotify/logout")).text).toContain("Sign in with Spotify");
  browser.useCookie(cookie);
  expect(await browser.call("/me")).toMatchObject({ status: 401 });
  expect(await browser.call("/trail")).toMatchObject({ status: 401 });
  expect((await browser.open("/")).text).toContain("Sign in with Spotify");
});
