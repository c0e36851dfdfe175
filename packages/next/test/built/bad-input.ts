import { expect, test } from "vitest";
import { navigation, script, send } from "../support/browser.js";
import type { MainApp } from "../support/main-app.js";
import { origin } from "../support/stage.js";

const name = "refrain-3000";
const cookies: readonly (readonly [what: string, cookie: string])[] = [
  ["one that means nothing", `${name}=x`],
  ["an empty one", `${name}=`],
  ["an endless one", `${name}=${"a".repeat(6_000)}`],
  ["one of the right shape that nobody was given", `${name}=${"a".repeat(43)}.${"b".repeat(43)}`],
  ["control characters", `${name}=%00%0d%0aset-cookie:x=1`],
  ["names of objects", `__proto__=1; constructor=2; ${name}=toString`],
  ["no pair at all", `;;;=;${name}`],
];
const callbacks: readonly (readonly [what: string, query: string])[] = [
  ["nothing", ""],
  ["a state of no sign-in", "code=a&state=b"],
  ["two codes", "code=a&code=b&state=c"],
  ["control characters", "code=%00&state=%0d%0a"],
  ["an endless state", `code=a&state=${"s".repeat(8_000)}`],
  ["a half escape", "code=%&state=%zz"],
  ["an error of an attacker's making", "error=%3Cscript%3Ealert(1)%3C/script%3E&state=x"],
];

/** Whatever comes is answered, with what it deserves, and the app goes on. */
export function badInput({ stage }: MainApp): void {
  const port = (): number => stage().server.port;

  test.each(cookies)("a session cookie: %s is nobody's, in routes, pages and where sign-in is needed", async (_, cookie) => {
    expect(await send(port(), "/api/me", { headers: { ...script, cookie } })).toMatchObject({ status: 401, headers: { "cache-control": "private, no-store" } });
    expect((await send(port(), "/whoami", { headers: { ...navigation, cookie } })).text).toContain("<p>nobody</p>");
    const page = await send(port(), "/me", { headers: { ...navigation, cookie } });
    expect(page.headers.location).toBe(`${origin}/auth/spotify/login?returnTo=%2Fme`);
  });

  test("a living session's cookie that is cut, changed or sent twice is nobody's, and the session stays", async () => {
    const browser = await stage().signedIn("mira");
    const [, value = ""] = [...browser.cookies].find(([own]) => own === name) ?? [];
    const changed = `${value.slice(0, -1)}${value.endsWith("A") ? "B" : "A"}`;
    for (const cookie of [value.slice(0, -1), changed, `${value}x`, value.toUpperCase()])
      expect((await send(port(), "/api/me", { headers: { ...script, cookie: `${name}=${cookie}` } })).status).toBe(401);
    expect((await send(port(), "/api/me", { headers: { ...script, cookie: `${name}=${value}; ${name}=${value}` } })).status).toBe(401);
    expect((await browser.fetch("/api/me")).status).toBe(200);
  });

  test.each(callbacks)("a callback with %s is a page that helps, and reaches no token endpoint", async (_, query) => {
    const before = stage().emulator.tokenCalls();
    const answer = await send(port(), `/auth/spotify/callback?${query}`, { headers: navigation });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("<h1>");
    expect(answer.text).not.toContain("<script");
    expect(stage().emulator.tokenCalls()).toBe(before);
  });

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example", "javascript:alert(1)", "/auth/spotify/login"])(
    "S-045 a sign-in that is to end at %s ends at the app's own page",
    async (returnTo) => {
      const browser = stage().browser();
      const { url } = await browser.open(`/auth/spotify/login?returnTo=${encodeURIComponent(returnTo)}`);
      const back = await stage().emulator.approve(url, { user: "mira" });
      const landed = await send(port(), back.pathname + back.search, { headers: { ...navigation, cookie: browser.cookie() } });
      expect([landed.status, landed.headers.location]).toEqual([303, `${origin}/`]);
    },
  );

  test("unknown routes, wrong methods and foreign pages are turned away", async () => {
    const status = async (path: string, method = "GET", headers: Readonly<Record<string, string>> = script): Promise<number> =>
      (await send(port(), path, { method, headers })).status;
    expect(await status("/auth/spotify/nothing")).toBe(404);
    expect(await status("/auth/spotify/logout")).toBe(405);
    expect(await status("/auth/spotify/login", "POST")).toBe(405);
    expect(await status("/auth/spotify/session", "DELETE")).toBe(405);
    expect(await status("/auth/spotify/logout", "POST", { ...script, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await status("/auth/spotify/logout", "POST", { origin: "null" })).toBe(403);
    expect(await status("/auth/spotify/token")).toBe(403);
  });

  test("behind a rewrite the redirect URI is the public path, whatever the folder is called", async () => {
    const redirectUri = `${origin}/signin/callback`;
    const server = await stage().start({ SPOTIFY_REDIRECT_URI: redirectUri });
    const browser = stage().browser(server);
    const { url } = await browser.open("/me");
    expect(url.searchParams.get("redirect_uri")).toBe(redirectUri);
    const back = await stage().emulator.approve(url, { user: "mira" });
    const page = await browser.open(back.pathname + back.search);
    expect(page).toMatchObject({ status: 200, url: new URL("/me", origin) });
    expect(page.text).toContain("Hello, Mira Sandoval: members only");
    await server.stop();
  });
}
