import { hourMs, login } from "demo-kit/test-demo";
import { describe, expect, test } from "vitest";
import { playlistForm } from "../starter/playlist-form.js";
import { testDemo, visiting } from "./support/demo.js";

describe("the first page", { timeout: 30_000 }, () => {
  test("to nobody it says what this is and offers the sign-in", async () => {
    const { browser, emulator } = await testDemo();
    const page = await browser.open("/");
    expect(page.status).toBe(200);
    for (const words of ["Sign in with Spotify", "local emulator: no real account", "<title>Sign in - Refrain demo</title>"])
      expect(page.text).toContain(words);
    expect(page.text).not.toContain("Sign out");
    expect(page.headers["set-cookie"]).toBeUndefined();
    expect(emulator.log).toHaveLength(0);
  });

  test("to Mira it says who she is, what plays, what she likes, and how the connection stands", async () => {
    const { browser, origin } = await testDemo();
    const page = await browser.open(login);
    expect(page).toMatchObject({ status: 200, url: `${origin}/` });
    for (const words of [
      "<title>Home - Refrain demo</title>",
      "Signed in as Mira Sandoval",
      "Playing now",
      "Left of this track",
      "Postcard Rain",
      'data-phase="active"',
      "Spotify ends it on",
      "Sign out",
      "user-top-read",
    ]) {
      expect(page.text).toContain(words);
    }
    expect(page.text).toMatch(/59 min 5\d s|60 min 0 s/);
    expect(page.headers["cache-control"]).toContain("no-store");
  });

  test("each section fails alone, kindly, and names from Spotify are text", async () => {
    const { browser, emulator } = await testDemo();
    await browser.open(login);
    emulator.fault({ on: "api", path: "/v1/me/top/tracks", kind: "rate-limit", retryAfter: 9 });
    emulator.fault({ on: "api", path: "/v1/me", kind: "patch-answer", patch: (body) => ({ ...body, display_name: "<script>alert(1)</script>" }) });
    const page = await browser.open("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Spotify asks this app to slow down. Try again in 9 s.");
    expect(page.text).toContain("Left of this track");
    expect(page.text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page.text).not.toContain("<script>alert");
    expect(page.text.match(/class="notice"/g)).toHaveLength(1);
  });
});

describe("what is for those who are signed in", { timeout: 30_000 }, () => {
  test.each(["/top", "/playlist?name=Walking+songs"])("%s passes through Spotify and comes back", async (path) => {
    const { browser, origin } = await testDemo();
    const page = await browser.open(path);
    expect(page.status).toBe(200);
    expect(new URL(page.url).href).toBe(new URL(path, origin).href);
    expect(page.text).toContain("Mira Sandoval");
    expect(page.text).toContain(path === "/top" ? "<title>Top tracks - Refrain demo</title>" : 'value="Walking songs"');
  });

  test("a visit within the app starts no sign-in and shows nothing", async () => {
    const { browser, emulator } = await testDemo();
    const data = await browser.call("/top?_rsc", visiting);
    expect(data.headers["set-cookie"]).toBeUndefined();
    expect(data.text).not.toContain("Your top tracks");
    expect(data.text).toContain("/auth/spotify/login?returnTo=%2Ftop");
    expect(emulator.log).toHaveLength(0);
  });

  test("the route handler: 401 to a script, through Spotify for a person, JSON for who is signed in, scopes asked for", async () => {
    const { browser, emulator, origin } = await testDemo();
    const refused = await browser.call("/api/top");
    expect(refused).toMatchObject({ status: 401, headers: { "content-type": "application/problem+json" } });
    expect(refused.headers["set-cookie"]).toBeUndefined();
    const answer = await browser.open("/api/top");
    expect(answer).toMatchObject({ status: 200, url: `${origin}/api/top`, headers: { "cache-control": "private, no-store" } });
    expect(answer.headers["vary"]).toContain("Cookie");
    expect((JSON.parse(answer.text) as { items: unknown[] }).items.length).toBeGreaterThan(3);
    emulator.withdrawScopes("mira", ["user-top-read"]);
    expect(await browser.call("/api/top")).toMatchObject({ status: 403 });
  });

  test("the Web API for scripts: with the header only, what is listed only", async () => {
    const { browser } = await testDemo();
    const path = "/auth/spotify/api/v1/me/player/currently-playing";
    expect(await browser.call(path)).toMatchObject({ status: 401 });
    await browser.open(login);
    expect(await browser.open(path)).toMatchObject({ status: 403 });
    const playing = await browser.call(path);
    expect(playing.status).toBe(200);
    expect(playing.text).toContain('"is_playing"');
    expect(await browser.call("/auth/spotify/api/v1/me")).toMatchObject({ status: 404 });
  });

  test("after signing out the old cookie is nobody's anywhere", async () => {
    const { browser } = await testDemo();
    await browser.open(login);
    const cookie = browser.cookie();
    expect((await browser.submit("/auth/spotify/logout")).text).toContain("Sign in with Spotify");
    browser.useCookie(cookie);
    expect(await browser.call("/api/top")).toMatchObject({ status: 401 });
    expect((await browser.call("/top?_rsc", visiting)).text).not.toContain("Your top tracks");
    expect((await browser.open("/")).text).toContain("Sign in with Spotify");
  });
});

describe("the token expires", { timeout: 30_000 }, () => {
  test.each(["/", "/top"])("under 20 navigations to %s at once: one refresh, 20 pages, no cookie", async (path) => {
    const { browser, advance, refreshes } = await testDemo({ autoConsent: "mira", refresh: "family" });
    await browser.open(login);
    advance(hourMs);
    const pages = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? browser.open(path) : browser.call(`${path}?_rsc`, visiting))));
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    expect(pages.filter(({ text }) => text.includes("Mira Sandoval"))).toHaveLength(20);
    expect(pages.filter(({ headers }) => headers["set-cookie"] !== undefined)).toEqual([]);
    expect(refreshes()).toBe(1);
  });

  test("a server component refreshes by itself, with no page opened before", async () => {
    const { browser, advance, refreshes } = await testDemo({ autoConsent: "mira", refresh: "family" });
    await browser.open(login);
    advance(hourMs);
    const visits = await Promise.all(Array.from({ length: 20 }, () => browser.call("/?_rsc", visiting)));
    expect(visits.filter(({ status, text }) => status === 200 && text.includes("Mira Sandoval"))).toHaveLength(20);
    expect(visits.filter(({ headers }) => headers["set-cookie"] !== undefined)).toEqual([]);
    expect(refreshes()).toBe(1);
  });

  test("the page of the local Spotify sets the clock of the app as well", async () => {
    const { browser, emulator, refreshes } = await testDemo();
    await browser.open(login);
    await fetch(`${emulator.origin}/_emulator/clock`, { method: "POST", body: JSON.stringify({ advanceMs: hourMs }) });
    await expect.poll(async () => [(await browser.open("/")).status, refreshes()]).toEqual([200, 1]);
  });
});

describe("when Spotify's token endpoint is down", { timeout: 30_000 }, () => {
  test.each(["/", "/top", "/playlist"])("%s is 503 and complete without JavaScript, and it goes on by itself", async (path) => {
    const { browser, advance, emulator, said } = await testDemo();
    await browser.open(login);
    const mend = emulator.fault({ on: "token", kind: "status", status: 503 });
    advance(hourMs - 120_000);
    expect(await browser.open(path)).toMatchObject({ status: 200 });
    advance(130_000);
    const page = await browser.open(path);
    expect(page.status).toBe(503);
    const said503 = page.text.replaceAll(/\s+/g, " ");
    const order = [
      "<h1>Spotify cannot be reached right now",
      "You are still signed in",
      "Try again in",
      `class="button primary" href="${path}"`,
      "Reference: <code>",
    ];
    expect(order.map((words) => said503.indexOf(words))).toEqual(order.map((words) => said503.indexOf(words)).toSorted((one, other) => one - other));
    expect(order.every((words) => said503.includes(words))).toBe(true);
    const [, reference = "none"] = /Reference: <code>(\w+)/.exec(said503) ?? [];
    expect(said.join("\n")).toContain(reference);
    expect(page.headers["cache-control"]).toBe("private, no-store");
    expect(Number(page.headers["retry-after"])).toBeGreaterThan(0);
    expect(await browser.call("/api/top")).toMatchObject({ status: 503, headers: { "content-type": "application/problem+json" } });
    mend();
    advance(60_000);
    expect(await browser.open(path)).toMatchObject({ status: 200 });
  });
});

describe("the playlist, as a browser without JavaScript sends it", { timeout: 30_000 }, () => {
  test("the action asks Spotify first, comes back with the name, then creates one", async () => {
    const { browser, emulator, origin, playlists } = await testDemo();
    const form = await browser.open("/playlist");
    const back = await browser.submit("/playlist", playlistForm(form.text, "Tea & <b>rain</b>"));
    expect(back.url).toBe(`${origin}/playlist?name=Tea+%26+%3Cb%3Erain%3C%2Fb%3E`);
    expect(back.text).toContain('value="Tea &amp; &lt;b&gt;rain&lt;/b&gt;"');
    expect(playlists()).toBe(0);
    expect(emulator.authorizations.at(-1)?.granted).toContain("playlist-modify-private");
    const done = await browser.submit("/playlist", playlistForm(back.text, "Tea & <b>rain</b>"));
    expect(done).toMatchObject({ status: 200, url: `${origin}/playlist/done` });
    expect(playlists()).toBe(1);
  });

  test("without a name it says so and stays", async () => {
    const { browser, playlists } = await testDemo();
    const form = await browser.open("/playlist");
    const page = await browser.submit("/playlist", playlistForm(form.text, "   "));
    expect(page.text).toContain("Give the playlist a name first.");
    expect(playlists()).toBe(0);
  });

  test("signed out in the meantime: through Spotify and back with the name", async () => {
    const { browser, origin } = await testDemo();
    const form = await browser.open("/playlist");
    await browser.submit("/auth/spotify/logout");
    const page = await browser.submit("/playlist", playlistForm(form.text, "Later"));
    expect(page).toMatchObject({ status: 200, url: `${origin}/playlist?name=Later` });
    expect(page.text).toContain("Mira Sandoval");
  });

  test("while Spotify is slow with it the form says what is the matter", async () => {
    const { browser, emulator, playlists } = await testDemo();
    const form = await browser.open("/playlist");
    const allowed = await browser.submit("/playlist", playlistForm(form.text, "One"));
    emulator.fault({ on: "api", path: "/v1/me/playlists", kind: "rate-limit", retryAfter: 9 });
    const page = await browser.submit("/playlist", playlistForm(allowed.text, "One"));
    expect(page.text).toContain("Spotify asks this app to slow down. Try again in 9 s.");
    expect(playlists()).toBe(0);
  });

  test("from another site nothing is created", async () => {
    const { browser, origin, playlists } = await testDemo();
    const allowed = await browser.submit("/playlist", playlistForm((await browser.open("/playlist")).text, "One"));
    const send = (from: string): Promise<Response> =>
      fetch(`${origin}/playlist`, {
        method: "POST",
        headers: { origin: from, cookie: browser.cookie(), accept: "text/html" },
        body: playlistForm(allowed.text, "Forged"),
        redirect: "manual",
      });
    await send("https://evil.example");
    expect(playlists()).toBe(0);
    await send(origin);
    expect(playlists()).toBe(1);
  });
});

test("a callback that is loaded ahead spends no code", { timeout: 30_000 }, async () => {
  const { browser, emulator } = await testDemo({});
  const navigating = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const begun = await browser.call(login, navigating);
  const { pathname, search } = await emulator.approve(begun.headers.location ?? "", { user: "mira" });
  for (const purpose of ["prefetch", "prefetch;prerender"]) {
    expect(await browser.call(pathname + search, { ...navigating, "sec-purpose": purpose })).toMatchObject({ status: 401 });
  }
  expect(emulator.tokenCalls()).toBe(0);
  expect((await browser.open(pathname + search)).text).toContain("Mira Sandoval");
});

describe("every page", { timeout: 30_000 }, () => {
  test("carries the security headers, runs no script without its nonce, and loads nothing from elsewhere", async () => {
    const { browser } = await testDemo();
    await browser.open(login);
    const nonces = new Set<string>();
    for (const path of ["/", "/top", "/playlist", "/playlist/done", "/live", "/nothing-here"]) {
      const { headers, text } = await browser.open(path);
      const [, nonce = ""] = /script-src 'self' 'nonce-([^']{20,})'/.exec(headers["content-security-policy"] as string) ?? [];
      nonces.add(nonce);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'.*base-uri 'none'; frame-ancestors 'none'$/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin" });
      expect(headers["x-powered-by"]).toBeUndefined();
      const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      expect(scripts.length).toBeGreaterThan(3);
      expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
      const loads = [...text.matchAll(/<(?:script|link|img|iframe|source)[^>]*(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
      expect(loads.length).toBeGreaterThan(3);
      expect(loads.filter((url) => url?.startsWith("/") !== true)).toEqual([]);
      expect(text).not.toMatch(/<[^>]+ style="|<style|onclick=/);
    }
    expect(nonces.size).toBe(6);
  });

  test.each(["/style.css", "/favicon.svg"])("%s is there for everybody", async (path) => {
    const { browser } = await testDemo();
    const file = await browser.call(path);
    expect(file).toMatchObject({ status: 200, headers: { "x-content-type-options": "nosniff" } });
    expect(file.text.length).toBeGreaterThan(100);
  });

  test("a page that does not exist says so kindly", async () => {
    const { browser } = await testDemo();
    const page = await browser.open("/nothing-here");
    expect(page.status).toBe(404);
    expect(page.text).toContain("There is no such page");
    expect(page.text).toContain("<title>There is no such page - Refrain demo</title>");
  });
});
