import { describe, expect, it } from "vitest";
import { BASE, NAVIGATION, ORIGIN, SCRIPT, SESSION, SIGN_INS, world } from "./world.js";

describe("login", () => {
  it("goes to Spotify with state and PKCE S256 (S-001, S-002)", async () => {
    const { url, response } = await world({ scopes: ["user-top-read"] })
      .browser()
      .begin("?returnTo=/top");
    expect(response.status).toBe(303);
    expect(url.origin + url.pathname).toBe("https://accounts.spotify.com/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "client-1",
      redirect_uri: `${BASE}/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: "S256",
      scope: "user-top-read",
    });
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("asks for no scope by default (S-008)", async () => {
    const { url } = await world().browser().begin();
    expect(url.searchParams.has("scope")).toBe(false);
  });

  it.each([
    ["?scope=x&redirect_uri=https://evil.example", null],
    ["?state=fixed&client_id=evil&response_type=token&code_challenge=x&code_challenge_method=plain&show_dialog=true&prompt=none", null],
    ["?scope=user-read-email%26state%3Dfixed", null],
    ["?scope=openid+ugc-image-upload+soa-manage", "ugc-image-upload"],
    ["?scope=user-top-read&scope=streaming", "user-top-read streaming"],
  ])("%s sets no parameter but known scopes (S-007, V-003)", async (query, scope) => {
    const { url } = await world().browser().begin(query);
    expect(url.searchParams.get("scope")).toBe(scope);
    expect(url.searchParams.getAll("state")).toHaveLength(1);
    expect(url.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
    expect(url.searchParams.getAll("redirect_uri")).toEqual([`${BASE}/callback`]);
    expect(url.searchParams.get("client_id")).toBe("client-1");
    expect(url.searchParams.get("response_type")).toBe("code");
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(
      [...url.searchParams.keys()].every((name) => /^(response_type|client_id|redirect_uri|state|code_challenge|code_challenge_method|scope)$/.test(name)),
    ).toBe(true);
  });

  it("ignores what Host and the forwarding headers say (S-005, V-014)", async () => {
    const browser = world().browser();
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http", forwarded: "host=evil.example" };
    const response = await browser.request("GET", "http://evil.example/auth/spotify/login", { ...NAVIGATION, ...headers });
    expect(new URL(response.headers.get("location") ?? "").searchParams.get("redirect_uri")).toBe(`${BASE}/callback`);
  });

  const html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  it.each([
    ["a link", NAVIGATION, true],
    ["a link on another site", { ...NAVIGATION, "sec-fetch-site": "cross-site" }, true],
    ["an old browser", { accept: html }, true],
    ["a link that the app's service worker passes on", { ...NAVIGATION, "sec-fetch-dest": "empty" }, true],
    ["an image", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", accept: "image/*" }, false],
    ["an image that claims to want html", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", accept: html }, false],
    ["a frame", { ...NAVIGATION, "sec-fetch-dest": "iframe" }, false],
    ["an embed", { ...NAVIGATION, "sec-fetch-dest": "embed" }, false],
    ["a script's fetch", SCRIPT, false],
    ["a script's fetch for html", { ...SCRIPT, accept: html }, false],
    ["a document that is no navigation", { ...NAVIGATION, "sec-fetch-mode": "cors" }, false],
    ["half of the Fetch Metadata", { "sec-fetch-mode": "navigate", accept: html }, false],
    ["only the site of the Fetch Metadata", { "sec-fetch-site": "cross-site", accept: html }, false],
    ["speculation rules", { ...NAVIGATION, "sec-purpose": "prefetch;prerender" }, false],
    ["a prefetch", { ...NAVIGATION, "sec-purpose": "prefetch" }, false],
    ["an old prefetch", { ...NAVIGATION, purpose: "prefetch" }, false],
    ["an old prefetch of Firefox", { accept: html, "x-moz": "prefetch" }, false],
    ["a program", { accept: "*/*" }, false],
    ["a program for JSON", { accept: "application/json, text/html;q=0.5" }, false],
    ["a program without Accept", {}, false],
  ])("%s begins one: %#: $2 (S-009)", async (_who, headers, begins) => {
    const browser = world().browser();
    const response = await browser.request("GET", "/auth/spotify/login", headers);
    expect(response.status).toBe(begins ? 303 : 401);
    expect(browser.jar.has(SIGN_INS)).toBe(begins);
    expect(response.headers.has("set-cookie")).toBe(begins);
    if (!begins) expect(await response.json()).toMatchObject({ code: "not_authenticated", status: 401, reauthorizeUrl: `${BASE}/login` });
  });

  it("answers 503 with a page before any redirect while the store is down (F-001)", async () => {
    const here = world();
    const browser = here.browser();
    here.store = "down";
    const response = await browser.visit("/auth/spotify/login");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.has("location")).toBe(false);
    expect(browser.jar.size).toBe(0);
    expect(await response.text()).toContain("Try again");
    here.store = "up";
    expect((await browser.visit("/auth/spotify/login")).status).toBe(303);
  });

  it("keeps the Cookie header below 4 kB over 30 clicks, and five of them can be finished (S-004, V-032)", async () => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    const states: string[] = [];
    for (let click = 0; click < 30; click++) states.push((await browser.begin(`?returnTo=/page/${click}`)).state);
    expect([...browser.jar].map(([name, value]) => `${name}=${value}`).join("; ").length).toBeLessThan(4000);
    for (const [index, state] of states.entries()) {
      const other = here.browser();
      for (const [name, value] of browser.jar) other.jar.set(name, value);
      const response = await other.visit(`/auth/spotify/callback?code=c${index}&state=${state}`);
      expect(response.status, `click ${index}`).toBe(index < 25 ? 400 : 303);
      if (index >= 25) expect(response.headers.get("location")).toBe(`${ORIGIN}/page/${index}`);
    }
  });

  it("drops the oldest sign-ins rather than outgrow its cookie when the pages to come back to are long (S-004, S-044)", async () => {
    const browser = world().browser();
    let last = await browser.begin();
    for (let click = 0; click < 8; click++) last = await browser.begin(`?returnTo=/${"p".repeat(1000)}${click}`);
    expect(`${SIGN_INS}=${browser.jar.get(SIGN_INS)}`.length).toBeLessThan(3900);
    expect((await browser.visit(last.answer)).headers.get("location")).toBe(`${ORIGIN}/${"p".repeat(1000)}7`);
  });

  it("asks for the union of what is granted and what is asked (S-008)", async () => {
    const browser = world({ scopes: ["user-read-private"] }).browser();
    await browser.signIn("?scope=user-top-read");
    const { url } = await browser.begin("?scope=streaming");
    expect(url.searchParams.get("scope")).toBe("user-read-private user-top-read streaming");
  });

  describe("after a sign-in whose cookie did not come back (F-024)", () => {
    it("says once that cookies are blocked, then lets the user try again", async () => {
      const browser = world().browser();
      await browser.signIn("?returnTo=/top");
      browser.jar.delete(SESSION);
      const page = await browser.visit("/auth/spotify/login?returnTo=/top");
      expect(page.status).toBe(400);
      expect(await page.text()).toContain("Allow cookies for this site");
      expect((await browser.visit("/auth/spotify/login?returnTo=/top")).status).toBe(303);
    });

    it("means nothing after ten seconds", async () => {
      const here = world();
      const browser = here.browser();
      await browser.signIn();
      browser.jar.delete(SESSION);
      await here.clock.advance(10_001);
      expect((await browser.visit("/auth/spotify/login")).status).toBe(303);
    });

    it("means nothing after signing out on purpose", async () => {
      const browser = world().browser();
      await browser.signIn();
      await browser.submit("/auth/spotify/logout");
      expect((await browser.visit("/auth/spotify/login")).status).toBe(303);
    });

    it("does not stop somebody who is signed in", async () => {
      const browser = world().browser();
      await browser.signIn();
      expect((await browser.visit("/auth/spotify/login?scope=streaming")).status).toBe(303);
    });
  });
});
