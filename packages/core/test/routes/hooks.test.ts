import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SpotifyClient } from "../../src/client/spotify-client.js";
import { createEmitter } from "../../src/events.js";
import type { PageDetails, SignInRefusal } from "../../src/hooks.js";
import { NotAuthenticated } from "../../src/errors/not-authenticated.js";
import { ReauthorizationRequired } from "../../src/errors/reauthorization-required.js";
import { toProblem } from "../../src/routes/problem.js";
import { returnPath } from "../../src/routes/return-to.js";
import type { SpotifyAuthOptions } from "../../src/settings/options.js";
import { BASE, type Browser, NAVIGATION, ORIGIN, said, SCRIPT, SESSION, world, type World } from "./world.js";

async function isSignedIn(browser: Browser): Promise<boolean> {
  const response = await browser.request("GET", "/auth/spotify/session");
  return ((await response.json()) as { signedIn: boolean }).signedIn;
}

const refusal: SignInRefusal = { title: "This app is for members", advice: "Ask the club to add you." };

describe("onSignIn", () => {
  it("is awaited, knows the user, and can call the Web API; then the browser gets its session", async () => {
    const heard: unknown[] = [];
    const here = world({
      async onSignIn(user, client) {
        heard.push(user, await client.json("/v1/me"), browser.jar.has(SESSION));
      },
    });
    const browser = here.browser();
    here.spotify.account = { id: "ada", account_id: "account-ada", country: "SE" };
    expect((await browser.signIn("?returnTo=/top")).headers.get("location")).toBe(`${ORIGIN}/top`);
    expect(heard).toEqual([{ id: "account-ada", spotifyId: "ada" }, here.spotify.account, false]);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("is not asked about a sign-in that failed", async () => {
    const onSignIn = vi.fn();
    const here = world({ onSignIn });
    here.spotify.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    expect((await here.browser().signIn()).status).toBe(400);
    expect(onSignIn).not.toHaveBeenCalled();
  });

  describe("refuses", () => {
    it("with a page of the app's words, and no session is left in browser or store", async () => {
      const here = world({ onSignIn: async () => ({ ...refusal, action: { label: "Join", href: "/join?by=1" } }) });
      const browser = here.browser();
      const response = await browser.signIn();
      expect(response.status).toBe(403);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
      const html = await said(response);
      for (const text of [refusal.title, refusal.advice, "You are not signed in.", '<a class="button primary" href="/join?by=1">Join</a>'])
        expect(html).toContain(text);
      expect(response.headers.getSetCookie().filter((line) => !line.includes("=; Max-Age=0;"))).toEqual([]);
      expect(browser.jar.size).toBe(0);
      expect(await here.grantOf("account-ada")).toBeNull();
      const grant = expect.stringMatching(/^[\w-]{10}$/) as string;
      expect(here.events.at(-1)).toEqual({ event: "signInRefused", detail: { grant } });
    });

    it("and the button leads to the app where the app names none", async () => {
      const response = await world({ onSignIn: () => refusal, returnTo: "/home" })
        .browser()
        .signIn();
      expect(await said(response)).toContain(`href="${ORIGIN}/home"`);
    });

    it("in text, never in HTML", async () => {
      const hostile = `"'><script>alert(1)</script>&amp;`;
      const response = await world({ onSignIn: () => ({ title: hostile, advice: hostile, action: { label: hostile, href: hostile } }) })
        .browser()
        .signIn();
      const html = await said(response);
      expect(html).not.toMatch(/<script|&amp;|"'/);
      expect(html.match(/&#60;script&#62;/g)).toHaveLength(5);
    });

    it("only this sign-in: the user's other browsers stay signed in", async () => {
      let answer: SignInRefusal | undefined;
      const here = world({ onSignIn: () => answer });
      const [first, second] = [here.browser(), here.browser()];
      await first.signIn();
      answer = refusal;
      expect((await second.signIn()).status).toBe(403);
      expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([true, false]);
      expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
    });

    it("and the session this browser had is over: its cookie serves nobody", async () => {
      let answer: SignInRefusal | undefined;
      const here = world({ onSignIn: () => answer });
      const browser = here.browser();
      await browser.signIn();
      const former = browser.jar.get(SESSION) ?? "";
      answer = refusal;
      await browser.signIn();
      browser.jar.set(SESSION, former);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it("a linking, and nothing stays linked", async () => {
      const here = world({ onSignIn: () => refusal });
      const browser = Object.assign(here.browser(), { appUser: "user-1" });
      const response = await browser.signIn();
      expect(response.status).toBe(403);
      expect(await said(response)).toContain("Nothing was linked. You are still signed in to this app.");
      expect(browser.jar.size).toBe(0);
      expect(await here.grantOf("user-1")).toBeNull();
    });
  });

  it.each<[string, string | undefined]>([
    ["a sign-in", undefined],
    ["a linking", "user-1"],
  ])("that throws takes back %s, and the app's own error handler meets the error", async (_, appUser) => {
    const failure = new Error("the app's own database is down");
    const here = world({ onSignIn: () => Promise.reject(failure) });
    const browser = Object.assign(here.browser(), { appUser });
    const { answer } = await browser.begin();
    await expect(browser.visit(answer)).rejects.toBe(failure);
    expect(browser.jar.has(SESSION)).toBe(false);
    expect(await here.grantOf(appUser ?? "account-ada")).toBeNull();
    expect(here.events.map(({ event }) => event)).not.toContain("signInRefused");
    expect((await browser.visit(answer)).status).toBe(400);
  });

  describe("about a user who is signed in already, as when a consent is renewed,", () => {
    let answer: () => unknown;
    let here: World;
    let browser: Browser;
    let former: string;
    beforeEach(async () => {
      answer = () => undefined;
      here = world({ onSignIn: () => answer() as SignInRefusal });
      browser = here.browser();
      await browser.signIn();
      former = browser.jar.get(SESSION) ?? "";
      here.events.length = 0;
    });
    const fail = (): never => {
      throw new Error("the app's own database is down");
    };
    const heard = (): readonly string[] => here.events.map(({ event }) => event);
    /** Whether the browser would be signed in with this cookie. */
    async function serves(cookie: string): Promise<boolean> {
      const other = here.browser();
      other.jar.set(SESSION, cookie);
      return isSignedIn(other);
    }

    it("that throws leaves them signed in as before, and keeps the grant with its new tokens", async () => {
      answer = fail;
      for (let time = 0; time < 3; time++) {
        await expect(browser.signIn()).rejects.toThrow("the app's own database is down");
        expect(browser.jar.get(SESSION)).toBe(former);
        expect(await isSignedIn(browser)).toBe(true);
      }
      expect(await here.grantOf("account-ada")).toMatchObject({
        phase: { name: "active" },
        access: { token: here.spotify.secrets.findLast((secret) => secret.includes("access")) },
        sessions: [{ id: expect.any(String) as string }],
      });
      expect(heard()).not.toContain("signedOut");
    });

    it("whose answer is a mistake tells them so, and that they are still signed in", async () => {
      answer = () => ({ id: 42 });
      const response = await browser.signIn();
      expect(response.status).toBe(500);
      expect(await said(response)).toContain("You are still signed in");
      expect(await isSignedIn(browser)).toBe(true);
    });

    it("that throws while the store is down leaves them signed in when it is back", async () => {
      answer = () => {
        here.store = "down";
        return fail();
      };
      await expect(browser.signIn()).rejects.toThrow("the app's own database is down");
      here.store = "up";
      expect(await isSignedIn(browser)).toBe(true);
    });

    it("that throws in one of two tabs leaves the one that was let in, whichever is first", async () => {
      for (const first of ["throws", "is let in"]) {
        const [failing, welcome] = [await browser.begin(), await browser.begin()];
        const held = Promise.withResolvers<void>();
        answer = () => held.promise.then(fail);
        const thrown = expect(browser.visit(failing.answer)).rejects.toThrow("the app's own database is down");
        await expect.poll(() => here.grantOf("account-ada")).toMatchObject({ sessions: { length: 2 } });
        answer = () => undefined;
        if (first === "is let in") await browser.visit(welcome.answer);
        held.resolve();
        await thrown;
        if (first === "throws") await browser.visit(welcome.answer);
        expect(await isSignedIn(browser)).toBe(true);
        expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
      }
    });

    it.each(["logout", "disconnect"])("that throws brings back nothing that a %s in another tab ended meanwhile", async (route) => {
      answer = async () => {
        const tab = here.browser();
        tab.jar.set(SESSION, former);
        expect((await tab.submit(`/auth/spotify/${route}`)).status).toBeLessThan(400);
        return fail();
      };
      await expect(browser.signIn()).rejects.toThrow("the app's own database is down");
      expect(await isSignedIn(browser)).toBe(false);
      expect(await here.grantOf("account-ada")).toBeNull();
    });

    it("that lets them in ends the session they had, without a word", async () => {
      await browser.signIn();
      expect(browser.jar.get(SESSION)).not.toBe(former);
      expect([await isSignedIn(browser), await serves(former)]).toEqual([true, false]);
      expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
      expect(heard()).toEqual(["signedIn"]);
    });

    it("is awaited with the session they had: another tab goes on", async () => {
      const during: boolean[] = [];
      answer = async () => void during.push(await serves(former));
      await browser.signIn();
      expect(during).toEqual([true]);
    });

    it("that refuses them ends both sessions, and the grant with them", async () => {
      answer = () => refusal;
      expect((await browser.signIn()).status).toBe(403);
      expect([browser.jar.has(SESSION), await serves(former)]).toEqual([false, false]);
      expect(await here.grantOf("account-ada")).toBeNull();
      expect(heard()).toEqual(["signedIn", "signedOut", "signInRefused"]);
    });
  });

  it("is told whose account it is: the app's own user where Spotify is linked, nobody's where Spotify is the login", async () => {
    const told: unknown[] = [];
    const here = world({ onSignIn: (_user, _client, details) => void told.push(details) });
    await here.browser().signIn();
    await Object.assign(here.browser(), { appUser: "user-1" }).signIn();
    expect(told).toEqual([{ subject: null }, { subject: "user-1" }]);
  });

  it("that throws leaves a link that was there before as it was: a mistake of the app's costs nobody their account", async () => {
    let broken = false;
    const here = world({
      onSignIn() {
        if (broken) throw new Error("the app's own database is down");
      },
    });
    const browser = Object.assign(here.browser(), { appUser: "user-1" });
    await browser.signIn();
    broken = true;
    await expect(browser.signIn()).rejects.toThrow("the app's own database is down");
    expect(await here.grantOf("user-1")).toMatchObject({ phase: { name: "active" } });
  });

  it.each<[string, string | undefined]>([
    ["a sign-in", undefined],
    ["a linking", "user-1"],
  ])("that throws out of %s while the store is down: it is still the app's error that is told", async (_, appUser) => {
    const failure = new Error("everything is down");
    const here = world({
      onSignIn() {
        here.store = "down";
        throw failure;
      },
    });
    const browser = Object.assign(here.browser(), { appUser });
    const { answer } = await browser.begin();
    await expect(browser.visit(answer)).rejects.toBe(failure);
    expect(browser.jar.has(SESSION)).toBe(false);
  });

  it("whose call to Spotify fails is a page that says so, and nobody is signed in", async () => {
    const here = world({
      async onSignIn(_user, client) {
        here.spotify.me = () => new Response("upstream", { status: 502 });
        await client.json("/v1/me");
      },
    });
    const browser = here.browser();
    expect((await browser.signIn()).status).toBe(503);
    expect(await here.grantOf("account-ada")).toBeNull();
    expect(browser.jar.has(SESSION)).toBe(false);
  });

  it("has a client that is over once the sign-in was refused", async () => {
    let kept: SpotifyClient | undefined;
    const here = world({
      onSignIn(_user, client) {
        kept = client;
        return refusal;
      },
    });
    await here.browser().signIn();
    await expect(kept?.token()).rejects.toMatchObject({ code: "not_authenticated" });
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
  ])("that answers %s lets the user in", async (_, answer) => {
    const browser = world({ onSignIn: () => answer as SignInRefusal }).browser();
    expect((await browser.signIn()).status).toBe(303);
  });

  it.each<[string, unknown]>([
    ["the app's own user", { id: 42 }],
    ["true", true],
    ["a title alone", { title: "No" }],
    ["an advice alone", { advice: "No" }],
  ])("that answers %s is a mistake that only the app's maker can mend", async (_, answer) => {
    const here = world({ onSignIn: () => answer as SignInRefusal });
    const response = await here.browser().signIn();
    expect(response.status).toBe(500);
    expect(await said(response)).toContain("This app is not set up correctly");
    expect(await here.grantOf("account-ada")).toBeNull();
  });
});

describe("pages.signIn", () => {
  const at = world({ pages: { signIn: "/sign-in?from=app" } });
  const head = (headers: Record<string, string>, url = "/top?range=short") => ({ method: "GET", url, headers: new Headers(headers) });
  const answer = (headers: Record<string, string>, settings = at.settings): Promise<Response> =>
    toProblem({ settings, emitter: createEmitter() }, new NotAuthenticated(`${BASE}/login`), head(headers));

  it("is where a navigation of a signed-out visitor goes, and it learns where to go afterwards", async () => {
    const response = await answer(NAVIGATION);
    expect([response.status, response.headers.get("location")]).toEqual([303, `${ORIGIN}/sign-in?from=app&returnTo=%2Ftop%3Frange%3Dshort`]);
  });

  it("is nothing for scripts: 401 as problem+json, with where to sign in", async () => {
    const response = await answer(SCRIPT);
    expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect(await response.json()).toMatchObject({ code: "not_authenticated", reauthorizeUrl: `${BASE}/login` });
  });

  it("is not asked where only the consent ended: that is Spotify's to give", async () => {
    const { settings } = at;
    const response = await toProblem({ settings, emitter: createEmitter() }, new ReauthorizationRequired("expired", `${BASE}/login`), head(NAVIGATION));
    expect(response.headers.get("location")).toBe(`${BASE}/login?returnTo=%2Ftop%3Frange%3Dshort`);
  });

  it("is left to the login route where Spotify is linked: it knows whether anybody is signed in to the app", async () => {
    const { settings } = world({ pages: { signIn: "/sign-in" }, subject: () => null });
    expect((await answer(NAVIGATION, settings)).headers.get("location")).toBe(`${BASE}/login?returnTo=%2Ftop%3Frange%3Dshort`);
  });
});

describe("pages.signIn behind a guard that is for all pages", () => {
  const visited = (settings: World["settings"], url: string): Promise<Response> =>
    toProblem({ settings, emitter: createEmitter() }, new NotAuthenticated(`${BASE}/login`), { method: "GET", url, headers: new Headers(NAVIGATION) });

  it.each([
    ["/sign-in?from=app", "/sign-in?from=app&returnTo=%2Ftop"],
    ["/sign-in", "/sign-in/"],
    ["/sign-in/", "/sign-in"],
    ["/", "/"],
  ])("%s sends nobody from %s to itself: that would go round for ever", async (signIn, url) => {
    for (const subject of [undefined, () => null]) {
      const response = await visited(world({ pages: { signIn }, subject }).settings, url);
      expect(response.status).toBe(401);
      expect(await said(response)).toContain(`href="${BASE}/login"`);
    }
  });

  it("is told from pages that only begin alike, and from the same path behind no prefix", async () => {
    const { settings } = world({ pages: { signIn: "/music/sign-in" }, redirectUri: `${ORIGIN}/music/auth/callback`, basePath: "/auth" });
    expect((await visited(settings, "/sign-in")).status).toBe(401);
    expect((await visited(settings, "/sign-in/help")).status).toBe(303);
  });
});

describe("pages.error", () => {
  const failing = (error: NonNullable<SpotifyAuthOptions["pages"]>["error"]): World => world({ pages: { error } });
  const denied = async (here: World): Promise<Response> => {
    const browser = here.browser();
    const { state } = await browser.begin();
    return browser.visit(`/auth/spotify/callback?error=access_denied&state=${state}`);
  };
  const own = (): Response =>
    new Response("<h1>Own</h1>", {
      status: 200,
      headers: {
        "content-type": "text/html",
        "content-language": "sv",
        "cache-control": "public, max-age=60",
        "set-cookie": "own=1",
        location: "/elsewhere",
        "x-powered-by": "app",
      },
    });

  it("shows the app's page with our status, cookies and caching, and the least policy", async () => {
    const response = await denied(failing(own));
    expect(response.status).toBe(400);
    expect(await response.text()).toBe("<h1>Own</h1>");
    expect(Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie"))).toEqual({
      "cache-control": "private, no-store",
      "content-language": "sv",
      "content-security-policy": "base-uri 'none'; frame-ancestors 'none'",
      "content-type": "text/html",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "no-referrer",
      vary: "Cookie",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-refrain-tx=; Max-Age=0;/)]);
  });

  it("keeps the app's own policy", async () => {
    const response = await denied(failing(() => new Response("x", { headers: { "content-security-policy": "default-src 'self'" } })));
    expect(response.headers.get("content-security-policy")).toBe("default-src 'self'");
  });

  it("is given what happened as data, with the reference that the event has", async () => {
    const render = vi.fn((_page: PageDetails) => null);
    const here = failing(render);
    const html = await said(await denied(here));
    const page = render.mock.calls[0]?.[0];
    expect(page).toEqual({
      status: 400,
      code: "login_failed",
      title: "You did not allow the sign-in",
      means: expect.any(String) as string,
      advice: expect.any(String) as string,
      action: { label: "Start again", href: `${BASE}/login?returnTo=%2F` },
      link: null,
      reference: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/) as string,
    });
    expect(html).toContain(page?.reference);
  });

  it("tells when to come back", async () => {
    const here = failing(own);
    const browser = here.browser();
    await browser.signIn();
    here.store = "down";
    const response = await browser.submit("/auth/spotify/logout");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });

  it("renders what tells of no failure, too: code and reference are null", async () => {
    const render = vi.fn((_page: PageDetails) => null);
    const browser = failing(render).browser();
    await browser.signIn();
    await browser.submit("/auth/spotify/disconnect");
    expect(render.mock.calls[0]?.[0]).toMatchObject({ status: 200, code: null, reference: null, link: { href: "https://www.spotify.com/account/apps/" } });
  });

  it("renders the app's refusal of a sign-in", async () => {
    const render = vi.fn((page: PageDetails) => new Response(page.title));
    const response = await world({ onSignIn: () => refusal, pages: { error: render } })
      .browser()
      .signIn();
    expect([response.status, await response.text()]).toEqual([403, refusal.title]);
  });

  const once = new Response("once");
  it.each<[string, () => unknown]>([
    ["gives null", () => null],
    ["gives null in time", async () => null],
    ["gives nothing", () => undefined],
    [
      "throws",
      () => {
        throw new Error("the template is broken");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the template is broken"))],
    ["gives text", () => "<h1>Own</h1>"],
    ["gives an answer that was read already", () => once.text().then(() => once)],
  ])("that %s leaves it to our page", async (_, error) => {
    const response = await denied(failing(error as () => Response));
    expect(response.status).toBe(400);
    expect(await said(response)).toContain("You did not allow the sign-in");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("is not asked about what a script gets", async () => {
    const render = vi.fn(own);
    expect((await failing(render).browser().request("POST", "/auth/spotify/disconnect", SCRIPT)).status).toBe(401);
    expect(render).not.toHaveBeenCalled();
  });
});

describe("returnTo with a policy", () => {
  const asked: string[] = [];
  let allow: (path: string) => unknown;
  let here: World;
  beforeEach(() => {
    asked.length = 0;
    allow = (path) => path.startsWith("/app/");
    const ask = (path: string): boolean => {
      asked.push(path);
      return allow(path) as boolean;
    };
    here = world({ returnTo: { path: "/home?x=1", allow: ask } });
  });

  it.each([
    ["?returnTo=/app/top?range=short%23w", "/app/top?range=short#w"],
    ["?returnTo=/admin", "/home?x=1"],
    ["?returnTo=/app/../admin", "/home?x=1"],
    ["?returnTo=//evil.example/app/", "/home?x=1"],
    ["?returnTo=/admin?/app/", "/home?x=1"],
    ["", "/home?x=1"],
  ])("decides where login and logout lead: %s to %s", async (query, path) => {
    const browser = here.browser();
    expect((await browser.signIn(query)).headers.get("location")).toBe(`${ORIGIN}${path}`);
    expect((await browser.submit(`/auth/spotify/logout${query}`)).headers.get("location")).toBe(`${ORIGIN}${path}`);
  });

  it("is asked with the plain path, without query and fragment, and never about what no policy could allow", () => {
    for (const path of ["/a/../app/b?c=1#d", "//evil.example", "/auth/spotify/login", "/\\evil"]) returnPath([path], here.settings);
    expect(asked).toEqual(["/app/b"]);
  });

  it.each<[string, unknown]>([
    ["a promise", Promise.resolve(true)],
    ["a match", ["/app/x"]],
    ["1", 1],
    ["nothing", undefined],
  ])("that answers %s allows nothing", (_, answer) => {
    allow = () => answer;
    expect(returnPath(["/app/x"], here.settings)).toBe("/home?x=1");
  });

  it("need not allow the default", () => {
    allow = () => false;
    expect(returnPath([], here.settings)).toBe("/home?x=1");
  });

  it("holds for the page that a guard would come back to, and for the way to the app's sign-in page", async () => {
    const settings = { ...here.settings, pages: { signIn: "/sign-in", error: null } };
    const at = (url: string): Promise<Response> =>
      toProblem({ settings, emitter: createEmitter() }, new NotAuthenticated(`${BASE}/login`), { method: "GET", url, headers: new Headers(NAVIGATION) });
    expect((await at("/app/x")).headers.get("location")).toBe(`${ORIGIN}/sign-in?returnTo=%2Fapp%2Fx`);
    expect((await at("/admin")).headers.get("location")).toBe(`${ORIGIN}/sign-in?returnTo=%2Fhome%3Fx%3D1`);
  });
});
