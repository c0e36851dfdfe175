import { afterEach, describe, expect, it, vi } from "vitest";
import { ALLOW, apiWorld, ITEMS, OWN, PLAYER } from "./api-world.js";
import { SCRIPT } from "./world.js";

const golden = {
  "cache-control": "private, no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  vary: "Cookie",
  "x-content-type-options": "nosniff",
};
const mebibyte = 1_048_576;

afterEach(() => void vi.useRealTimers());

describe("a call through api/*", () => {
  it("S-030 reaches the Web API with the session's token in its header, and nowhere else", async () => {
    const here = await apiWorld();
    const response = await here.ask(`${PLAYER}?market=DE&additional_types=track%2Cepisode`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    const [call] = here.spotify.apiCalls;
    expect(call?.url.href).toBe("https://api.spotify.com/v1/me/player?market=DE&additional_types=track%2Cepisode");
    expect(call?.headers.get("authorization")).toBe(`Bearer ${here.spotify.secrets[0]}`);
    expect(call?.method).toBe("GET");
  });

  it("HEAD goes as HEAD", async () => {
    const here = await apiWorld();
    here.spotify.api = () => new Response(null);
    expect((await here.ask(PLAYER, { method: "HEAD" })).status).toBe(200);
    expect(here.spotify.apiCalls[0]?.method).toBe("HEAD");
  });

  it("that is not allowed is a route that there is not, before anybody is asked who calls", async () => {
    const here = await apiWorld();
    here.store = "down";
    for (const path of ["v1/me", "v1/me/player/play", "", "../session", `${PLAYER}/`]) {
      const response = await here.ask(path);
      expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: "not_found", detail: "There is no such route." })]);
    }
    expect((await here.ask(PLAYER, { method: "DELETE" })).status).toBe(404);
    expect(here.spotify.apiCalls).toEqual([]);
    expect(here.refusals()).toEqual(Array.from({ length: 6 }, () => ({ reason: "unlisted", allowedBy: null, grant: null })));
  });

  it("is no route at all without the option", async () => {
    const here = await apiWorld({ api: undefined });
    expect((await here.ask(PLAYER)).status).toBe(404);
    expect(here.refusals()).toEqual([]);
  });

  it("V-018 that asks for another protocol is no route either", async () => {
    const here = await apiWorld();
    const headers = { ...OWN, connection: "Upgrade", upgrade: "websocket" };
    expect((await here.ask(PLAYER, { headers })).status).toBe(404);
    expect(here.spotify.apiCalls).toEqual([]);
    expect(here.refusals()).toEqual([{ reason: "upgrade", allowedBy: "GET /v1/me/player", grant: null }]);
  });

  it("needs somebody who is signed in, and says so to a script", async () => {
    const here = await apiWorld();
    const response = await here.ask(PLAYER, { headers: { ...OWN, accept: "text/html" } }, here.browser());
    expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect(await response.json()).toMatchObject({ code: "not_authenticated" });
    expect(here.spotify.apiCalls).toEqual([]);
  });
});

describe("S-032 headers", () => {
  it("of the browser go to Spotify only where they are listed", async () => {
    const here = await apiWorld();
    const listed = { accept: "application/json", "accept-language": "de", "if-none-match": '"x"' };
    const stopped = {
      authorization: "Bearer planted",
      forwarded: "for=1.2.3.4",
      "x-forwarded-for": "1.2.3.4",
      "x-real-ip": "1.2.3.4",
      "x-http-method-override": "DELETE",
      via: "1.1 evil",
      connection: "keep-alive, x-hop",
      "keep-alive": "timeout=5",
      "proxy-authorization": "Basic x",
      te: "trailers",
      trailer: "x",
      "accept-encoding": "identity",
      referer: "https://app.example/",
      "user-agent": "browser",
      "cache-control": "no-cache",
      range: "bytes=0-1",
      expect: "100-continue",
      "content-length": "5",
      "content-encoding": "gzip",
      "sec-ch-ua": "x",
    };
    await here.ask(PLAYER, { headers: { ...OWN, ...stopped, ...listed } });
    expect(Object.fromEntries(here.spotify.apiCalls[0]?.headers ?? [])).toEqual({ ...listed, authorization: `Bearer ${here.spotify.secrets[0]}` });
  });

  it("of a body say its type and its length", async () => {
    const here = await apiWorld();
    const body = '{"uris":[]}';
    await here.ask(ITEMS, { method: "PUT", body, headers: { ...OWN, "content-type": "application/json", "content-length": String(body.length) } });
    expect(Object.fromEntries(here.spotify.apiCalls[0]?.headers ?? [])).toEqual({
      accept: "application/json",
      authorization: `Bearer ${here.spotify.secrets[0]}`,
      "content-length": "11",
      "content-type": "application/json",
    });
    expect(await new Response(here.spotify.apiCalls[0]?.init.body).text()).toBe(body);
  });

  it("of Spotify come back only where they are listed, beside our own", async () => {
    const here = await apiWorld();
    const listed = { "content-type": "application/json; charset=utf-8", etag: '"y"', "retry-after": "7" };
    const stopped = {
      "set-cookie": "sp_t=1; Domain=spotify.com",
      location: "https://evil.example/",
      "access-control-allow-origin": "*",
      "access-control-allow-credentials": "true",
      "cache-control": "public, max-age=3600",
      expires: "Wed, 21 Oct 2099 07:28:00 GMT",
      "cdn-cache-control": "max-age=600",
      vary: "Authorization",
      "content-encoding": "gzip",
      "content-length": "999",
      "content-security-policy": "default-src *",
      "clear-site-data": '"*"',
      "strict-transport-security": "max-age=1",
      link: "</x>; rel=preload",
      server: "envoy",
      via: "1.1 google",
      "www-authenticate": "Bearer",
      "x-robots-tag": "none",
      refresh: "0; url=https://evil.example/",
      "service-worker-allowed": "/",
    };
    here.spotify.api = () => new Response("{}", { headers: { ...listed, ...stopped } });
    const response = await here.ask(PLAYER);
    expect(Object.fromEntries(response.headers)).toEqual({ ...golden, ...listed });
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe("what Spotify answers", () => {
  it.each([
    [200, "{}"],
    [201, '{"snapshot_id":"x"}'],
    [202, ""],
    [204, null],
    [304, null],
    [400, '{"error":{"status":400,"message":"Bad search type"}}'],
    [403, '{"error":{"status":403,"message":"Player command failed: Premium required","reason":"PREMIUM_REQUIRED"}}'],
    [404, '{"error":{"status":404,"reason":"NO_ACTIVE_DEVICE"}}'],
    [500, "<html>"],
    [503, ""],
  ])("%s passes as it came", async (status, body) => {
    const here = await apiWorld();
    here.spotify.api = () => new Response(body, { status });
    const response = await here.ask(PLAYER);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body ?? "");
  });

  it.each([300, 301, 302, 303, 307, 308])("S-023 a redirect (%s) is neither followed nor passed on", async (status) => {
    const here = await apiWorld();
    here.spotify.api = () => new Response("elsewhere", { status, headers: { location: "https://evil.example/" } });
    const response = await here.ask(PLAYER);
    expect(response.status).toBe(502);
    expect(response.headers.has("location")).toBe(false);
    expect(await response.json()).toMatchObject({ code: "request_refused" });
    expect(here.spotify.apiCalls).toHaveLength(1);
    expect(here.spotify.apiCalls[0]?.init.redirect).toBe("manual");
  });

  it("429 is ours, with Retry-After, and nothing is sent again (S-035)", async () => {
    const here = await apiWorld();
    here.spotify.api = () => new Response("Too many requests", { status: 429, headers: { "retry-after": "12" } });
    const response = await here.ask(PLAYER);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "12"]);
    expect(await response.json()).toMatchObject({ code: "rate_limited", retryAfterMs: 12_000 });
    expect(here.spotify.apiCalls).toHaveLength(1);
  });

  it.each([
    [403, '{"error":{"status":403,"message":"Insufficient client scope"}}'],
    [401, '{"error":{"status":401,"message":"Permissions missing"}}'],
  ])("S-034 a missing scope (%s) is 403 with where to grant it, and no refresh", async (status, body) => {
    const here = await apiWorld();
    here.spotify.api = () => new Response(body, { status });
    const response = await here.ask(PLAYER);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: "missing_scopes",
      reauthorizeUrl: "https://app.example/auth/spotify/login?scope=user-read-playback-state",
    });
    expect(here.spotify.tokenCalls).toHaveLength(1);
  });

  it("401 is refreshed and asked again, once", async () => {
    const here = await apiWorld();
    here.clock.jump(60_000);
    here.spotify.api = ({ headers }) =>
      headers.get("authorization")?.includes("access-1") ? new Response("expired", { status: 401 }) : Response.json({ ok: 2 });
    expect(await (await here.ask(PLAYER)).json()).toEqual({ ok: 2 });
    expect(here.spotify.apiCalls).toHaveLength(2);
    expect(here.spotify.tokenCalls).toHaveLength(2);
  });

  it("401 again is 502: signing in would not mend it", async () => {
    const here = await apiWorld();
    here.clock.jump(60_000);
    here.spotify.api = () => new Response("expired", { status: 401 });
    const response = await here.ask(PLAYER);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: "request_refused" });
    expect(here.spotify.apiCalls).toHaveLength(2);
  });

  it("401 to a body is not asked again, but the next call has a new token", async () => {
    const here = await apiWorld();
    here.clock.jump(60_000);
    here.spotify.api = ({ headers }) =>
      headers.get("authorization")?.includes("access-1") ? new Response("expired", { status: 401 }) : Response.json({ ok: 2 });
    const put = { method: "PUT", body: "{}" };
    expect((await here.ask(ITEMS, put)).status).toBe(502);
    expect(here.spotify.apiCalls).toHaveLength(1);
    expect((await here.ask(ITEMS, put)).status).toBe(200);
    expect(here.spotify.apiCalls).toHaveLength(2);
  });

  it.each([
    [403, 403, undefined],
    [429, 429, "rate_limited"],
    [401, 502, "request_refused"],
  ])("a %s that breaks off is answered all the same: %s", async (status, answered, code) => {
    const here = await apiWorld();
    here.spotify.api = () => new Response(new ReadableStream({ pull: (body) => body.error(new TypeError("terminated")) }), { status });
    const response = await here.ask(PLAYER);
    expect(response.status).toBe(answered);
    const text = await response.text();
    expect(text === "" ? undefined : (JSON.parse(text) as { code: string }).code).toBe(code);
  });

  it("no answer is 503", async () => {
    const here = await apiWorld();
    here.spotify.api = () => Promise.reject(new TypeError("fetch failed"));
    const response = await here.ask(PLAYER);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});

describe("bodies", () => {
  it("stream both ways, piece by piece", async () => {
    const here = await apiWorld();
    const up = new TransformStream<Uint8Array, Uint8Array>();
    const writer = up.writable.getWriter();
    // The answer's pieces are the question's, as they come.
    here.spotify.api = ({ init }) => new Response(init.body);
    const answer = await here.ask(ITEMS, { method: "PUT", body: up.readable, duplex: "half" });
    expect(here.spotify.apiCalls[0]?.init).toMatchObject({ duplex: "half" });
    const reader = answer.body?.getReader();
    for (const piece of ["one", "two"]) {
      void writer.write(new TextEncoder().encode(piece));
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(piece);
    }
    void writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  it("S-035 beyond 1 MiB by their own word are not sent at all", async () => {
    const here = await apiWorld();
    const response = await here.ask(ITEMS, { method: "PUT", body: "x", headers: { ...OWN, "content-length": String(mebibyte + 1) } });
    expect([response.status, await response.json()]).toEqual([413, expect.objectContaining({ code: "too_long", title: "Content Too Large" })]);
    expect(here.spotify.apiCalls).toEqual([]);
    expect(here.refusals()).toEqual([{ reason: "tooLong", allowedBy: "PUT /v1/playlists/{id}/items", grant: expect.stringMatching(/^[\w-]{10}$/) as string }]);
  });

  it.each([
    [mebibyte, 200],
    [mebibyte + 1, 413],
  ])("S-035 of %s bytes that do not say so: %s", async (length, status) => {
    const here = await apiWorld();
    let taken = 0;
    here.spotify.api = async ({ init }) => {
      taken = (await new Response(init.body).arrayBuffer()).byteLength;
      return Response.json({});
    };
    const pieces = [new Uint8Array(length - 1000), new Uint8Array(1000), new Uint8Array(0)];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    const response = await here.ask(ITEMS, { method: "PUT", body, duplex: "half" });
    expect([response.status, taken]).toEqual([status, status === 200 ? length : 0]);
    expect(here.refusals()).toHaveLength(status === 200 ? 0 : 1);
  });

  it("S-035 whoever leaves ends the call, and nobody is told of a failure", async () => {
    const here = await apiWorld();
    let ended = false;
    here.spotify.api = ({ init }) =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => {
          ended = true;
          reject(new Error("aborted"));
        });
        browser.abort();
      });
    const browser = new AbortController();
    await here.ask(PLAYER, { signal: browser.signal });
    expect(ended).toBe(true);
    expect(here.events.some(({ event }) => event === "failureAnswered")).toBe(false);
  });

  it("S-035 an answer that is given up is given up at Spotify too", async () => {
    const here = await apiWorld();
    let ended = false;
    here.spotify.api = () => new Response(new ReadableStream({ cancel: () => void (ended = true) }));
    await (await here.ask(PLAYER)).body?.cancel();
    expect(ended).toBe(true);
  });
});

describe("S-036 a session that calls too often", () => {
  it("is told when to go on, and no other session is", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const here = await apiWorld({ api: { allow: ALLOW, perMinute: 3 } });
    const other = here.browser();
    await other.signIn();
    // Sent at once, they arrive in any order.
    const statuses = async (calls: number, browser = here.user): Promise<number[]> =>
      (await Promise.all(Array.from({ length: calls }, async () => (await here.ask(PLAYER, {}, browser)).status))).toSorted((one, next) => one - next);

    expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(3, other)).toEqual([200, 200, 200]);
    const response = await here.ask(PLAYER);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await response.json()).toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
    expect(here.spotify.apiCalls).toHaveLength(6);
    expect(here.refusals().at(-1)).toEqual({ reason: "tooOften", allowedBy: "GET /v1/me/player", grant: expect.stringMatching(/^[\w-]{10}$/) as string });

    vi.advanceTimersByTime(59_000);
    expect(await statuses(1)).toEqual([429]);
    vi.advanceTimersByTime(1_000);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  });

  it("V-015 no header makes it another one", async () => {
    const here = await apiWorld({ api: { allow: ALLOW, perMinute: 1 } });
    const from = (address: string): Promise<Response> => here.ask(PLAYER, { headers: { ...OWN, "x-forwarded-for": address, forwarded: `for=${address}` } });
    expect([(await from("1.2.3.4")).status, (await from("2001:db8::1")).status, (await from("2001:db8::2")).status]).toEqual([200, 429, 429]);
  });

  it("what never reached Spotify does not count", async () => {
    const here = await apiWorld({ api: { allow: ALLOW, perMinute: 1 } });
    await here.ask("v1/me");
    await here.ask(PLAYER, { headers: SCRIPT });
    expect((await here.ask(PLAYER)).status).toBe(200);
  });
});

it("S-033 no token is in any answer of api/* or any event, whatever Spotify says", async () => {
  const here = await apiWorld({ api: { allow: ALLOW, perMinute: 100 } });
  here.clock.jump(60_000);
  const secrets = (): string => here.spotify.secrets.join(" ");
  const answers = [
    () => Response.json({}, { headers: { "set-cookie": secrets(), authorization: secrets(), "www-authenticate": secrets(), "x-debug": secrets() } }),
    () => new Response(secrets(), { status: 401 }),
    () => new Response(`Insufficient client scope ${secrets()}`, { status: 403 }),
    () => new Response(`The user may not be registered ${secrets()}`, { status: 403 }),
    () => new Response(secrets(), { status: 429 }),
    () => new Response(secrets(), { status: 307, headers: { location: `https://evil.example/?${secrets()}` } }),
    () => Promise.reject(new TypeError(secrets())),
  ];
  const told: string[] = [];
  for (const answer of answers) {
    here.spotify.api = answer;
    for (const [path, sent] of [[PLAYER, {}] as const, [ITEMS, { method: "PUT", body: "{}" }] as const, [`v1/${secrets()}`, {}] as const]) {
      const response = await here.ask(path, sent);
      told.push(JSON.stringify([...response.headers]), await response.text());
    }
  }
  told.push(JSON.stringify(here.events));
  expect(told.length).toBeGreaterThan(40);
  const pieces = here.spotify.secrets
    .filter((secret) => secret.length >= 12)
    .flatMap((secret) => Array.from({ length: secret.length - 11 }, (_, at) => secret.slice(at, at + 12)));
  expect(pieces.length).toBeGreaterThan(50);
  expect(pieces.filter((piece) => told.join("\n").includes(piece))).toEqual([]);
});
