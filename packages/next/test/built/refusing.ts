import { expect, test } from "vitest";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { arrive, navigation, script, send, type Sent } from "../support/browser.js";
import type { MainApp } from "../support/main-app.js";

const once = ["middleware", "proxy", "src/middleware", "src/proxy", "pages/_middleware"];
const rsc = { ...script, rsc: "1" };

/** Ways past a proxy that others found. @see CVE-2025-29927, CVE-2026-44573, CVE-2026-44574, CVE-2026-44575, GHSA-26hh-7cqf-hhc6 */
function ways(build: string): readonly (readonly [path: string, sent: Sent])[] {
  const headers: readonly Readonly<Record<string, string>>[] = [
    ...once.flatMap((name) => [name, Array.from({ length: 5 }, () => name).join(":")].map((value) => ({ "x-middleware-subrequest": value }))),
    { "x-middleware-next": "1" },
    { "x-middleware-prefetch": "1" },
    { "x-middleware-invoke": "1" },
    { "x-middleware-rewrite": "/me" },
    { "x-nextjs-data": "1" },
    { "x-invoke-path": "/me", "x-invoke-status": "200" },
    { "x-matched-path": "/me" },
    { "next-url": "/static" },
    { "x-refrain-page": "/static" },
    { "x-forwarded-host": "elsewhere.example" },
  ];
  const pages = ["/me", "/legacy", "/api/stream", "/api/legacy"];
  const encoded = [
    "/%6De",
    "/me%2f",
    "/me/",
    "//me",
    "/./me",
    "/static/../me",
    "/static/%2e%2e/me",
    "/ME",
    "/me%00",
    "/me;a",
    "/de/me",
    "/%64e/legacy",
    "/en/legacy",
    "/me/.",
    "/me?",
  ];
  const data = ["legacy.json", "en/legacy.json", "de/legacy.json", "me.json", "%6Cegacy.json", "de//legacy.json"].map((name) => `/_next/data/${build}/${name}`);
  const flights = [
    "/me.rsc",
    "/me.segments/_tree.segment.rsc",
    "/me.segments/me/__PAGE__.segment.rsc",
    "/me.txt",
    "/me.prefetch.rsc",
    "/me?_rsc=1",
    "/index.rsc",
  ];
  return [
    ...pages.flatMap((path) => [navigation, script].flatMap((kind) => headers.map((more) => [path, { headers: { ...kind, ...more } }] as const))),
    ...[...encoded, ...data, "/legacy?__nextDataReq=1", "/me?__nextDataReq=1", "/legacy?__nextLocale=de", "/me?nxtPslug=1"].flatMap((path) =>
      [navigation, script, { ...script, "x-nextjs-data": "1" }].map((kind) => [path, { headers: kind }] as const),
    ),
    ...flights.flatMap((path) =>
      [{}, { "next-router-prefetch": "1" }, { "next-router-segment-prefetch": "/_tree" }, { "next-router-segment-prefetch": "/me/__PAGE__" }].map(
        (more) => [path, { headers: { ...rsc, ...more } }] as const,
      ),
    ),
    ...["HEAD", "POST", "PUT", "OPTIONS", "PROPFIND"].flatMap((method) => pages.map((path) => [path, { method, headers: script }] as const)),
  ];
}

/** What guards is the page, the action and the route; the proxy is a convenience. */
export function refusing({ app, stage }: MainApp): void {
  const actionOf = async (port: number): Promise<string> => {
    const { text } = await send(port, "/action", { headers: script });
    const id = /&quot;id&quot;:&quot;([0-9a-f]{40,})&quot;/.exec(text)?.[1];
    if (id === undefined) throw new Error("The form names no action.");
    return id;
  };
  const act = async (port: number, path: string, cookie: string): Promise<string> => {
    const headers = { ...script, accept: "text/x-component", "next-action": await actionOf(port), "content-type": "text/plain;charset=UTF-8", cookie };
    return (await send(port, path, { method: "POST", headers, body: "[]" })).text;
  };

  test.each(["on", "off"])("V-012 with the proxy %s, no known way around it shows anything to nobody", async (proxy) => {
    const server = proxy === "on" ? stage().server : await stage().start({ PROXY: "off" });
    const build = (await readFile(join(app().folder, ".next/BUILD_ID"), "utf8")).trim();
    const all = ways(build);
    expect(all.length).toBeGreaterThan(150);
    for (const [path, sent] of all) {
      const { text, status, headers } = await arrive((at) => send(server.port, at, sent), path, sent.headers);
      expect(text, `${sent.method ?? "GET"} ${path} ${JSON.stringify(sent.headers)} answered ${status}`).not.toMatch(/members only|acc-/);
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers.location ?? "").not.toContain("elsewhere.example");
    }
    for (const path of ["/action", "/me", "/static"]) expect(await act(server.port, path, "")).not.toMatch(/members only|acc-/);
    if (proxy === "off") await server.stop();
  });

  test("V-012 the same ways show it to those who are signed in, so there was something to see", async () => {
    const { port } = stage().server;
    const cookie = (await stage().signedIn("mira")).cookie();
    for (const path of ["/me", "/legacy", "/api/stream", "/api/legacy"])
      expect((await send(port, path, { headers: { ...script, cookie } })).text).toContain("members only");
    const flight = await arrive((at) => send(port, at, { headers: { ...rsc, cookie } }), "/me", rsc);
    expect(flight.text).toContain("members only");
    expect(await act(port, "/action", cookie)).toContain("members only");
  });

  test("what a browser loads ahead of a click starts no sign-in and spends no code", async () => {
    const { emulator, server } = stage();
    const browser = stage().browser();
    const before = emulator.log.length;
    const kinds = [
      { ...navigation, "sec-purpose": "prefetch" },
      { ...navigation, "sec-purpose": "prefetch;prerender" },
      { ...script, "sec-purpose": "prefetch" },
      { ...rsc, "next-router-prefetch": "1" },
      { ...rsc, "next-router-prefetch": "1", "next-router-segment-prefetch": "/me/__PAGE__" },
      rsc,
    ];
    for (const headers of kinds) {
      for (const path of ["/me", "/legacy", "/auth/spotify/login?returnTo=/me"]) {
        let answer = await arrive((at) => send(server.port, at, { headers }), path, headers);
        for (let hop = 0; hop < 5 && answer.headers.location !== undefined; hop++) {
          const { pathname, search } = new URL(answer.headers.location, "http://127.0.0.1");
          answer = await send(server.port, pathname + search, { headers });
        }
        expect(answer.headers["set-cookie"], `${path} ${JSON.stringify(headers)}`).toBeUndefined();
      }
    }
    expect(emulator.log.length).toBe(before);

    const consent = await browser.open("/me");
    const back = await emulator.approve(consent.url, { user: "mira" });
    const codes = emulator.tokenCalls();
    for (const headers of kinds.filter((kind) => "sec-purpose" in kind))
      await send(server.port, back.pathname + back.search, { headers: { ...headers, cookie: browser.cookie() } });
    expect(emulator.tokenCalls()).toBe(codes);
    expect((await browser.open(back.pathname + back.search)).text).toContain("Hello, Mira Sandoval");
  });
}
