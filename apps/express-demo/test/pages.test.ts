import { describe, expect, test } from "vitest";
import { hourMs, login, testDemo } from "./support/demo.js";

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
    ["a missing scope", { kind: "permissions-missing" }, "/v1/me/player/currently-playing", "You have not allowed this app to see this."],
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
    const page = await browser.open("/");
    expect(page.text).toContain("Signed in as &lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page.text).not.toMatch(/<script>|<img|javascript:/);
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

  test.each(["expire", "age", "break", "mend"])("%s obeys our own pages only", async (action) => {
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
  test.each(["/", "/nothing-here", "/style.css", "/live.js", "/favicon.svg", "/me", "/trail", "/auth/spotify/nothing"])(
    "%s carries the security headers",
    async (path) => {
      const { origin } = await testDemo();
      const { headers } = await fetch(origin + path);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toMatch(/^(same-origin|no-referrer)$/);
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );

  test("names nothing outside this machine that a browser would load", async () => {
    const { browser } = await testDemo();
    for (const page of [await browser.open("/"), await browser.open(login), await browser.open("/nothing-here")]) {
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
