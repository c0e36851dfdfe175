import { describe, expect, it } from "vitest";
import { isSameOrigin } from "../../src/routes/same-origin.js";
import { type Browser, FORM, ORIGIN, said, SCRIPT, SESSION, SIGN_INS, world, type World } from "./world.js";

async function signedIn(): Promise<{ here: World; browser: Browser; cookie: string }> {
  const here = world();
  const browser = here.browser();
  await browser.signIn();
  return { here, browser, cookie: browser.jar.get(SESSION) ?? "" };
}

async function replay(here: World, cookie: string): Promise<unknown> {
  const other = here.browser();
  other.jar.set(SESSION, cookie);
  return (await other.request("GET", "/auth/spotify/session")).json();
}

describe("the origin of a request that changes something (S-040)", () => {
  const sites = ["same-origin", "same-site", "cross-site", "none", null];
  const origins = [ORIGIN, "https://evil.example", "null", null];
  const routes = [
    ["POST", "logout"],
    ["POST", "disconnect"],
    ["GET", "logout"],
  ] as const;
  const rows = sites.flatMap((site) => origins.flatMap((origin) => routes.map(([method, route]) => ({ site, origin, method, route }))));

  it("covers 5 x 4 x 3 rows", () => expect(rows).toHaveLength(60));

  it.each(rows)("Sec-Fetch-Site $site, Origin $origin: $method $route", async ({ site, origin, method, route }) => {
    const { here, browser, cookie } = await signedIn();
    const headers = { ...(site !== null && { "sec-fetch-site": site }), ...(origin !== null && { origin }) };
    const response = await browser.request(method, `/auth/spotify/${route}`, headers);
    const own = site === "same-origin" || (site === null && origin === ORIGIN);
    const expected = method === "GET" ? 405 : own ? 204 : 403;
    expect(response.status).toBe(expected);
    expect(response.headers.has("set-cookie")).toBe(expected === 204);
    expect(await replay(here, cookie)).toMatchObject({ signedIn: expected !== 204 });
    expect(here.events.filter(({ event }) => event === "forgeryBlocked")).toEqual(expected === 403 ? [{ event: "forgeryBlocked", detail: { route } }] : []);
  });

  it.each([
    "https://app.example.evil.example",
    "https://app.example:8443",
    "http://app.example",
    "https://APP.example",
    "https://app.example/",
    `${ORIGIN}, ${ORIGIN}`,
    "",
    "undefined",
  ])("Origin %j is not ours", (origin) => expect(isSameOrigin(new Headers({ origin }), ORIGIN)).toBe(false));

  it.each(["same-origin, same-origin", "Same-Origin", "", "same-origin;"])("Sec-Fetch-Site %j is not same-origin, whatever Origin says", (site) =>
    expect(isSameOrigin(new Headers({ "sec-fetch-site": site, origin: ORIGIN }), ORIGIN)).toBe(false),
  );

  it("a foreign form gets a page, and nothing was changed", async () => {
    const { here, browser, cookie } = await signedIn();
    const response = await browser.submit("/auth/spotify/logout", { "sec-fetch-site": "cross-site", origin: "https://evil.example" });
    expect(response.status).toBe(403);
    expect(await said(response)).toContain("Nothing was changed.");
    expect(await replay(here, cookie)).toMatchObject({ signedIn: true });
  });
});

describe.each(["logout", "disconnect"])("%s", (route) => {
  it.each(["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])("by %s is 405 and changes nothing", async (method) => {
    const { here, browser, cookie } = await signedIn();
    const response = await browser.request(method, `/auth/spotify/${route}`, FORM);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await replay(here, cookie)).toMatchObject({ signedIn: true });
  });

  it("ends the session on the server and in the browser (S-053, V-008)", async () => {
    const { here, browser, cookie } = await signedIn();
    const response = await browser.submit(`/auth/spotify/${route}`);
    expect(response.headers.getSetCookie()[0]).toBe(`${SESSION}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure`);
    expect(browser.jar.has(SESSION)).toBe(false);
    expect(await replay(here, cookie)).toEqual({ signedIn: false });
    expect(await here.grantOf("account-ada")).toBeNull();
    expect(here.events.at(-1)).toEqual({ event: "signedOut", detail: { grant: expect.stringMatching(/^[\w-]{10}$/) as string, reason: route } });
  });

  it("answers a script with 204", async () => {
    const { browser } = await signedIn();
    const response = await browser.request("POST", `/auth/spotify/${route}`, SCRIPT);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("with the store down is 503, the cookie is kept, and it works later (F-001)", async () => {
    const { here, browser, cookie } = await signedIn();
    here.store = "down";
    const form = await browser.submit(`/auth/spotify/${route}?returnTo=/bye`);
    expect(form.status).toBe(503);
    expect(form.headers.has("set-cookie")).toBe(false);
    expect(await said(form)).toMatch(/You are still signed in.*<form method="post"><button/s);
    const script = await browser.request("POST", `/auth/spotify/${route}`, SCRIPT);
    expect(script.status).toBe(503);
    expect(script.headers.get("retry-after")).toBe("1");
    expect(await script.json()).toMatchObject({ code: "temporarily_unavailable" });
    expect(browser.jar.get(SESSION)).toBe(cookie);
    here.store = "up";
    await browser.submit(`/auth/spotify/${route}`);
    expect(await replay(here, cookie)).toEqual({ signedIn: false });
  });
});

describe("logout", () => {
  it.each([
    ["", `${ORIGIN}/`],
    ["?returnTo=/bye", `${ORIGIN}/bye`],
    ["?returnTo=//evil.example", `${ORIGIN}/`],
    ["?returnTo=/a&returnTo=/b", `${ORIGIN}/`],
  ])("sends a form on: %j", async (query, location) => {
    const { browser } = await signedIn();
    const response = await browser.submit(`/auth/spotify/logout${query}`);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(location);
  });

  it.each(["", `${"k".repeat(43)}.${"s".repeat(43)}`, "garbage"])("of an unknown session (%.8j) is done at once", async (cookie) => {
    const here = world();
    const browser = here.browser();
    if (cookie !== "") browser.jar.set(SESSION, cookie);
    expect((await browser.request("POST", "/auth/spotify/logout", SCRIPT)).status).toBe(204);
    expect(browser.jar.has(SESSION)).toBe(false);
    expect(here.events).toEqual([]);
  });

  it("leads the browser on where a service worker passes the form on", async () => {
    const browser = world().browser();
    await browser.signIn();
    const response = await browser.submit("/auth/spotify/logout?returnTo=/bye", { "sec-fetch-dest": "empty" });
    expect([response.status, response.headers.get("location")]).toEqual([303, `${ORIGIN}/bye`]);
  });

  it("of one browser leaves the others signed in", async () => {
    const { here, browser } = await signedIn();
    const other = here.browser();
    await other.signIn();
    await browser.submit("/auth/spotify/logout");
    expect(await replay(here, other.jar.get(SESSION) ?? "")).toMatchObject({ signedIn: true });
  });

  it("leaves a sign-in that another tab has begun", async () => {
    const { browser } = await signedIn();
    const { answer } = await browser.begin("?returnTo=/other");
    await browser.submit("/auth/spotify/logout");
    expect(browser.jar.has(SIGN_INS)).toBe(true);
    expect((await browser.visit(answer)).headers.get("location")).toBe(`${ORIGIN}/other`);
  });
});

describe("signing in after signing out", () => {
  const asks = async (browser: Browser): Promise<boolean> => (await browser.begin()).url.searchParams.get("show_dialog") === "true";

  it.each(["logout", "disconnect"])("is asked about at Spotify after %s, until it is done or ten minutes have passed", async (route) => {
    const { here, browser } = await signedIn();
    expect(await asks(browser)).toBe(false);
    await browser.submit(`/auth/spotify/${route}`);
    expect([await asks(browser), await asks(browser)]).toEqual([true, true]);
    expect((await browser.signIn()).status).toBe(303);
    expect(await asks(browser)).toBe(false);
    await browser.submit(`/auth/spotify/${route}`);
    await here.clock.advance(10 * 60_000);
    expect(await asks(browser)).toBe(false);
  });
});

describe("disconnect", () => {
  it("ends every browser's session and says where to end the consent at Spotify", async () => {
    const { here, browser } = await signedIn();
    const other = here.browser();
    await other.signIn();
    const response = await browser.submit("/auth/spotify/disconnect?returnTo=/bye");
    expect(response.status).toBe(200);
    const text = await said(response);
    expect(text).toContain('href="https://www.spotify.com/account/apps/"');
    expect(text).toContain(`href="${ORIGIN}/bye"`);
    expect(await replay(here, other.jar.get(SESSION) ?? "")).toEqual({ signedIn: false });
  });

  it("needs somebody who is signed in", async () => {
    const browser = world().browser();
    const script = await browser.request("POST", "/auth/spotify/disconnect", SCRIPT);
    expect(script.status).toBe(401);
    expect(await script.json()).toMatchObject({ code: "not_authenticated" });
    const form = await browser.submit("/auth/spotify/disconnect");
    expect(form.status).toBe(401);
    expect(await said(form)).toContain("Sign in with Spotify");
  });
});
