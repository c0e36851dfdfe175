import { expect, test } from "vitest";
import { type Browser, navigation, send } from "../support/browser.js";
import type { MainApp } from "../support/main-app.js";
import { origin } from "../support/stage.js";

const problem = { "content-type": expect.stringMatching(/^application\/problem\+json/) as string, "cache-control": "private, no-store" };

/** Pages, routes and actions for those who are signed in and those who are not. */
export function signingIn({ stage }: MainApp): void {
  /** Opens a page, agrees at Spotify, and comes back. */
  async function through(browser: Browser, path: string, user = "mira"): ReturnType<typeof browser.open> {
    const consent = await browser.open(path);
    const back = await stage().emulator.approve(consent.url, { user });
    return browser.open(back.pathname + back.search);
  }

  test("a navigation by nobody goes to Spotify and comes back to the same page, signed in", async () => {
    const page = await through(stage().browser(), "/me?tab=2&sort=name");
    expect(page).toMatchObject({ status: 200, url: new URL("/me?tab=2&sort=name", origin), headers: { "x-another": "ran" } });
    expect(page.text).toContain("Hello, Mira Sandoval: members only");
    expect(page.text).toContain("<title>of acc-6f1c0a52d9e84b7c</title>");
  });

  test("V-012 without the proxy pages still send nobody in, and come back to / where they do not say otherwise", async () => {
    const server = await stage().start({ PROXY: "off" });
    const answer = await send(server.port, "/me", { headers: navigation });
    expect(answer).toMatchObject({ status: 307, headers: { location: `${origin}/auth/spotify/login?returnTo=%2F` } });
    expect(answer.text).not.toContain("members only");
    await server.stop();
  });

  test("a page that needs more asks for the old and the new scopes together and comes back to the same page", async () => {
    const browser = await stage().signedIn("teo");
    const consent = await browser.open("/played?after=7");
    expect(new Set(consent.url.searchParams.get("scope")?.split(" "))).toEqual(new Set(["user-top-read", "user-read-recently-played"]));
    const page = await through(browser, "/played?after=7", "teo");
    expect(page).toMatchObject({ status: 200, url: new URL("/played?after=7", origin) });
    expect(page.text).toContain("user-read-recently-played user-top-read");
  });

  test("a page may ask who is there, once for all its components", async () => {
    const seen = async (browser: Browser): Promise<string> => (await browser.open("/whoami")).text;
    expect(await seen(stage().browser())).toContain("<h1>true</h1><p>nobody</p>");
    expect(await seen(await stage().signedIn("mira"))).toContain("<h1>true</h1><p>acc-6f1c0a52d9e84b7c</p>");
  });

  test.each(["/legacy?x=1", "/de/legacy?x=1"])("a page of the Pages Router sends in and comes back to %s", async (path) => {
    for (const off of [false, true]) {
      const server = off ? await stage().start({ PROXY: "off" }) : stage().server;
      const page = await through(stage().browser(server), path);
      expect(page).toMatchObject({ status: 200, url: new URL(path, origin) });
      expect(page.headers["cache-control"]).toBe("private, no-store");
      expect(page.text).toContain("acc-6f1c0a52d9e84b7c: members only");
      if (off) await server.stop();
    }
  });

  test.each(["/api/me", "/api/stream", "/api/legacy"])("a script by nobody gets 401 of %s, as a problem and without a cookie", async (path) => {
    const answer = await stage().browser().fetch(path);
    expect(answer).toMatchObject({ status: 401, headers: problem });
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(JSON.parse(answer.text)).toMatchObject({ status: 401, code: "not_authenticated", reauthorizeUrl: `${origin}/auth/spotify/login` });
  });

  test("a route handler knows its parameters, its body and who is signed in", async () => {
    const browser = await stage().signedIn("mira");
    const answer = await browser.fetch("/api/top/7", { method: "POST", body: "three bytes more" });
    expect(JSON.parse(answer.text)).toEqual({ id: "7", user: "acc-6f1c0a52d9e84b7c", sent: "three bytes more" });
    expect(JSON.parse((await browser.fetch("/api/legacy")).text)).toEqual({ user: "acc-6f1c0a52d9e84b7c", for: "members only" });
    expect(JSON.parse((await browser.fetch("/api/plain")).text)).toEqual({ user: "acc-6f1c0a52d9e84b7c" });
  });

  test("a route handler's own answer passes through, kept from shared caches; what Next throws goes on to Next", async () => {
    const browser = await stage().signedIn("mira");
    const stream = await browser.fetch("/api/stream");
    expect(stream).toMatchObject({ status: 203, text: "acc-6f1c0a52d9e84b7c members only", headers: { "x-own": "yes", "cache-control": "private, no-store" } });
    expect(stream.headers.vary).toMatch(/\bCookie\b/);
    expect(await browser.fetch("/api/away")).toMatchObject({ status: 307, headers: { location: "/static" } });
  });

  test("a missing scope is 403 with where to get it", async () => {
    const answer = await (await stage().signedIn("mira")).fetch("/api/top/7");
    expect(answer).toMatchObject({ status: 403, headers: problem });
    expect(JSON.parse(answer.text)).toMatchObject({ code: "missing_scopes", missing: ["user-read-email"] });
  });

  test("a form's server action is told where to send its user, and by whom it was called", async () => {
    const nobody = stage().browser();
    expect(await submitted(nobody)).toEqual({ signInUrl: `${origin}/auth/spotify/login?returnTo=%2Faction`, user: null, secret: null });
    const mira = await stage().signedIn("mira");
    expect(await submitted(mira)).toEqual({ signInUrl: null, user: "acc-6f1c0a52d9e84b7c", secret: "members only" });
    expect(await submitted(mira, "yes")).toEqual({
      signInUrl: `${origin}/auth/spotify/login?returnTo=%2Faction&scope=user-read-email`,
      user: null,
      secret: null,
    });
  });

  test("S-040 S-053 signing out ends the session for every page and route; a foreign page cannot do it", async () => {
    const browser = await stage().signedIn("anouk");
    const stolen = browser.cookie();
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://elsewhere.example" };
    expect((await browser.fetch("/auth/spotify/logout", { method: "POST", headers: foreign })).status).toBe(403);
    expect((await browser.fetch("/auth/spotify/logout", { method: "POST", headers: { ...foreign, origin: "null" } })).status).toBe(403);
    expect((await browser.fetch("/api/me")).status).toBe(200);
    expect((await browser.fetch("/auth/spotify/logout", { method: "POST" })).status).toBe(204);
    for (const path of ["/api/me", "/api/legacy"])
      expect(
        (
          await stage()
            .browser()
            .fetch(path, { headers: { cookie: stolen } })
        ).status,
      ).toBe(401);
    expect((await stage().browser().open("/whoami", { cookie: stolen })).text).toContain("nobody");
  });

  test("one instance serves pages, routes, the proxy and the Pages Router", async () => {
    const browser = await stage().signedIn("mira");
    for (const path of ["/me", "/legacy", "/whoami"]) expect((await browser.open(path)).status).toBe(200);
    expect(JSON.parse((await browser.fetch("/api/instances")).text)).toBe(1);
  });

  test("what is not set up right is one error that says what to do: a route at another place, no store in production, the Edge runtime", async () => {
    for (const path of ["/misplaced/callback", "/environment", "/edge"]) expect((await stage().browser().fetch(path)).status).toBe(500);
    const said = ["served at /misplaced/callback, where the redirect URI does not lead", "create app/auth/spotify/[...refrain]/route.ts"];
    for (const line of [...said, "store is missing: in production", "@refrain/next needs the Node.js runtime"])
      await expect.poll(() => stage().server.printed()).toContain(line);
  });

  test("check() in instrumentation.ts says at the start what is missing", async () => {
    const server = await stage().start({ CHECK: "on", SPOTIFY_CLIENT_ID: "" });
    await expect.poll(() => server.printed()).toContain("clientId is missing: set SPOTIFY_CLIENT_ID");
    await server.stop();
  });
}

/** What the action said to a form that was sent without scripts. */
async function submitted(browser: Browser, more = "no"): Promise<unknown> {
  const page = (await browser.fetch("/action", {})).text;
  const form = new FormData();
  for (const [, name = "", value = ""] of page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)) form.set(name, unescaped(value));
  if ([...form.keys()].length === 0) throw new Error("The form names no action.");
  form.set("more", more);
  const sent = new Response(form);
  const answer = await browser.fetch("/action", {
    method: "POST",
    headers: { ...navigation, "sec-fetch-site": "same-origin", "content-type": sent.headers.get("content-type") ?? "" },
    body: await sent.text(),
  });
  return JSON.parse(unescaped(/<output>(.*?)<\/output>/.exec(answer.text)?.[1] ?? "")) as unknown;
}

function unescaped(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&");
}
