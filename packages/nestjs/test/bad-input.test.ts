import { Controller, Get, UseGuards } from "@nestjs/common";
import { signInAs } from "@refrain/core/testing";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { SpotifyGuard } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

@Controller()
@UseGuards(SpotifyGuard)
class Me {
  @Get("me")
  me(): string {
    return "secret";
  }
}

const name = "refrain-cookie";
const cookies: readonly (readonly [what: string, cookie: string])[] = [
  ["one that means nothing", `${name}=x`],
  ["an empty one", `${name}=`],
  ["an endless one", `${name}=${"a".repeat(6_000)}`],
  ["one of the right shape that nobody was given", `${name}=${"a".repeat(43)}.${"b".repeat(43)}`],
  ["control characters", `${name}=%00%0d%0aset-cookie:x=1`],
  ["names of objects", `__proto__=1; constructor=2; ${name}=toString`],
  ["no pair at all", `;;;=;${name}`],
  ["a thousand of them", Array.from({ length: 1_000 }, (_, at) => `a${at}=b`).join("; ")],
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

describe.each(platforms)("%s: bad input", (_, platform) => {
  const set = (): Promise<Stage> => stage(platform, { controllers: [Me], options: { cookieName: name } });

  test.each(cookies)("a session cookie: %s is nobody's, in routes and where sign-in is needed", async (_what, cookie) => {
    const { origin } = await set();
    expect(await send(origin, "/me", { headers: { ...script, cookie } })).toMatchObject({ status: 401, headers: { "cache-control": "private, no-store" } });
    expect((await send(origin, "/auth/spotify/session", { headers: { ...script, cookie } })).text).toBe('{"signedIn":false}');
    const page = await send(origin, "/me", { headers: { ...navigation, cookie } });
    expect(page.headers.location).toBe(`${origin}/auth/spotify/login?returnTo=%2Fme`);
  });

  test("a cookie header longer than Node takes is 431, and the app goes on", async () => {
    const { origin, browser } = await set();
    expect(await send(origin, "/me", { headers: { ...script, cookie: `${name}=${"a".repeat(40_000)}` } })).toMatchObject({ status: 431 });
    expect(await browser.open("/me")).toMatchObject({ status: 200, text: "secret" });
  });

  test("a living session's cookie that is cut, changed or sent twice is nobody's, and the session stays", async () => {
    const { origin, auth } = await set();
    const cookie = await signInAs(auth, { user: "mira" });
    const value = cookie.slice(name.length + 1);
    const changed = `${value.slice(0, -1)}${value.endsWith("A") ? "B" : "A"}`;
    for (const other of [value.slice(0, -1), changed, `${value}x`, value.toUpperCase()])
      expect((await send(origin, "/me", { headers: { ...script, cookie: `${name}=${other}` } })).status).toBe(401);
    expect((await send(origin, "/me", { headers: { ...script, cookie: `${cookie}; ${cookie}` } })).status).toBe(401);
    expect((await send(origin, "/me", { headers: { ...script, cookie } })).status).toBe(200);
  });

  test.each(callbacks)("a callback with %s is a page that helps, and reaches no token endpoint", async (_what, query) => {
    const { origin, emulator } = await set();
    const answer = await send(origin, `/auth/spotify/callback?${query}`, { headers: navigation });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("<h1>");
    expect(answer.text).not.toContain("<script");
    expect(emulator.tokenCalls()).toBe(0);
  });

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example", "javascript:alert(1)", "/auth/spotify/login"])(
    "S-045 a sign-in that is to end at %s ends at the app's own page",
    async (returnTo) => {
      const { origin, browser } = await set();
      expect((await browser.open(`/auth/spotify/login?returnTo=${encodeURIComponent(returnTo)}`)).url).toBe(`${origin}/`);
    },
  );

  test.each(["/%", "/%zz", "/me%", "/%ff", "/%c0%af", "/auth/spotify/%", "/auth/spotify/login%zz", `/${"x".repeat(9_000)}`])(
    "the malformed path %s is refused, and the app goes on",
    async (path) => {
      const { origin, browser } = await set();
      for (const headers of [script, navigation]) expect([400, 404, 414]).toContain((await send(origin, path, { headers })).status);
      expect(await browser.open("/me")).toMatchObject({ status: 200 });
    },
  );

  test("bytes that are no HTTP are refused, and the app goes on", async () => {
    const { origin, browser } = await set();
    const { hostname, port } = new URL(origin);
    for (const bytes of [
      "\u0000\u0001\u0002\r\n\r\n",
      "GET /me HTTP/x\r\n\r\n",
      "GET /me HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
      "GET /a b HTTP/1.1\r\n\r\n",
    ]) {
      const socket = connect(Number(port), hostname);
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.write(bytes);
      await once(socket, "close");
      expect(text).toMatch(/^HTTP\/1\.1 400/);
    }
    expect(await browser.open("/me")).toMatchObject({ status: 200 });
  });

  test("unknown routes, wrong methods and foreign pages are turned away", async () => {
    const { origin } = await set();
    const status = async (path: string, method = "GET", headers: Readonly<Record<string, string>> = script): Promise<number> =>
      (await send(origin, path, { method, headers })).status;
    expect(await status("/auth/spotify/nothing")).toBe(404);
    expect(await status("/auth/spotify/logout")).toBe(405);
    expect(await status("/auth/spotify/login", "POST")).toBe(405);
    expect(await status("/auth/spotify/session", "DELETE")).toBe(405);
    expect(await status("/auth/spotify/logout", "POST", { ...script, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await status("/auth/spotify/logout", "POST", { origin: "null" })).toBe(403);
    expect(await status("/auth/spotify/token")).toBe(404);
  });
});
