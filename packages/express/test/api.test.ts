import express5 from "express";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { apiStage, exchange, ID, OWN, rawUpstream, textOf, upstream } from "./support/api-stage.js";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";

const API = "/auth/spotify/api";
const TOP = "v1/me/top/tracks";
const ITEMS = `v1/playlists/${ID}/items`;

/** A promise and what fulfils it. */
function signal<Value = void>(): { readonly promise: Promise<Value>; readonly fire: (value: Value) => void } {
  let fire: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => (fire = resolve));
  return { promise, fire: (value) => fire(value) };
}

async function answerTo(outgoing: ReturnType<Awaited<ReturnType<typeof apiStage>>["begin"]>): Promise<IncomingMessage> {
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return incoming;
}

describe.each(expresses)("%s: api/*", (_, express) => {
  test("calls the emulator as the user, and no token comes along", async () => {
    const { browser, emulator } = await apiStage(express);
    const answer = await browser.fetch(`${API}/${TOP}?limit=2`, { headers: OWN });
    expect(answer.status).toBe(200);
    expect((JSON.parse(answer.text) as { items: unknown[] }).items).toHaveLength(2);
    const { accessToken } = JSON.parse((await browser.fetch("/auth/spotify/token", { headers: OWN })).text) as { accessToken: string };
    expect(accessToken.length).toBeGreaterThan(20);
    expect(JSON.stringify(answer)).not.toContain(accessToken.slice(0, 12));
    expect(emulator.log.at(-1)).toMatchObject({ endpoint: "api" });
  });

  test("S-034 a missing scope is told as everywhere", async () => {
    const { browser } = await apiStage(express);
    const answer = await browser.fetch(`${API}/v1/me/player`, { headers: OWN });
    expect([answer.status, answer.headers["content-type"], JSON.parse(answer.text)]).toEqual([
      403,
      "application/problem+json",
      expect.objectContaining({ code: "missing_scopes" }),
    ]);
  });

  test("401 is refreshed and asked again", async () => {
    const { browser, emulator, clock } = await apiStage(express);
    await clock.advance(60_000);
    emulator.fault({ on: "api", kind: "unauthorized", times: 1 });
    expect((await browser.fetch(`${API}/${TOP}`, { headers: OWN })).status).toBe(200);
    expect(emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
  });

  describe("a body reaches Spotify", () => {
    const json = { "content-type": "application/json" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const all = [express.json(), express.urlencoded({ extended: true }), express.text(), express.raw({ type: "image/jpeg" })];
    test.each([
      ["untouched", [], json, '{ "uris": ["a"] }', '{ "uris": ["a"] }'],
      ["from the JSON parser", all, json, '{ "uris": ["ü"] }', '{"uris":["ü"]}'],
      ["from the JSON parser, a list", all, { "content-type": "application/json; charset=utf-8" }, "[1, 2]", "[1,2]"],
      ["from the form parser", all, form, "a=1&b=%C3%BC&b=2", "a=1&b=%C3%BC&b=2"],
      ["from the text parser", all, { "content-type": "text/plain" }, "ü", "ü"],
      ["from a text parser of everything", [express.text({ type: "*/*" })], json, '{ "uris": ["ü"] }', '{ "uris": ["ü"] }'],
      ["from a JSON parser that takes a text", [express.json({ strict: false })], json, '"a"', '"a"'],
      ["from the raw parser", all, { "content-type": "image/jpeg" }, "/9j/4AAQ", "/9j/4AAQ"],
      ["that no parser wanted", all, { "content-type": "image/png" }, "iVBOR", "iVBOR"],
    ])("%s", async (_how, before, headers, body, expected) => {
      const apiOrigin = await upstream(async (request, response) => {
        response.end(JSON.stringify({ method: request.method, ...request.headers, body: await textOf(request) }));
      });
      const { browser } = await apiStage(express, { apiOrigin, before });
      const sent = { method: "PUT", headers: { ...OWN, ...headers, "content-length": String(Buffer.byteLength(body)) }, body };
      const { status, text } = await browser.fetch(`${API}/${ITEMS}`, sent);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ method: "PUT", ...headers, "content-length": String(Buffer.byteLength(expected)), body: expected });
    });

    test("in pieces of unknown length", async () => {
      const apiOrigin = await upstream(async (request, response) => {
        response.end(JSON.stringify({ ...request.headers, body: await textOf(request) }));
      });
      const { begin } = await apiStage(express, { apiOrigin, before: all });
      const outgoing = begin("PUT", ITEMS, { "content-type": "image/png", "transfer-encoding": "chunked" });
      outgoing.write("one");
      outgoing.end("two");
      expect(JSON.parse(await textOf(await answerTo(outgoing)))).toMatchObject({ "transfer-encoding": "chunked", body: "onetwo" });
    });

    test("or not at all: none that a parser of the app's has eaten is sent empty", async () => {
      let asked = 0;
      const apiOrigin = await upstream((request, response) => {
        request.on("end", () => asked++).resume();
        response.end();
      });
      const eater: express5.RequestHandler = (request, _response, next) => void request.resume().on("end", () => next());
      const { begin } = await apiStage(express, { apiOrigin, before: [eater] });
      const outgoing = begin("PUT", ITEMS, { "transfer-encoding": "chunked" });
      outgoing.end("x");
      expect((await answerTo(outgoing)).statusCode).toBe(503);
      const parsing = await apiStage(express, { apiOrigin, before: all });
      const nested = await parsing.browser.fetch(`${API}/${ITEMS}`, { method: "PUT", headers: { ...OWN, ...form }, body: "a[b]=1" });
      expect(nested.status).toBe(503);
      expect(asked).toBe(0);
    });

    test.each(["PUT", "POST"])("only where there is one: %s without a body is sent without one, and again after a 401", async (method) => {
      const seen: (string | undefined)[] = [];
      const apiOrigin = await upstream((request, response) => {
        seen.push(request.headers["content-length"]);
        response.writeHead(seen.length === 1 ? 401 : 200).end();
      });
      const { browser, clock } = await apiStage(express, { apiOrigin, before: all });
      await clock.advance(60_000);
      expect(
        (await browser.fetch(`${API}/${method === "PUT" ? ITEMS : "v1/me/playlists"}`, { method, headers: { ...OWN, "content-length": "0" } })).status,
      ).toBe(200);
      expect(seen).toEqual(["0", "0"]);
    });

    test("but not with a GET", async () => {
      const apiOrigin = await upstream(async (request, response) => response.end(JSON.stringify({ ...request.headers, body: await textOf(request) })));
      const { browser } = await apiStage(express, { apiOrigin });
      const { text } = await browser.fetch(`${API}/${TOP}`, { headers: { ...OWN, "content-length": "1" }, body: "x" });
      expect(JSON.parse(text)).toMatchObject({ body: "" });
      expect(JSON.parse(text)).not.toHaveProperty("content-length");
    });

    test("and none of the other routes takes one", async () => {
      const { browser } = await apiStage(express);
      const sent = { method: "POST", headers: { ...OWN, "content-length": "1" }, body: "x" };
      expect((await browser.fetch("/auth/spotify/logout", sent)).status).toBe(204);
    });
  });

  test("streams an upload while it comes, and an answer while it comes", async () => {
    const first = signal<string>();
    const apiOrigin = await upstream(async (request, response) => {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        first.fire(chunk.toString());
        response.write(`${chunk.toString()}!`);
      }
      response.end();
    });
    const { begin } = await apiStage(express, { apiOrigin });
    const outgoing = begin("PUT", ITEMS, { "transfer-encoding": "chunked" });
    outgoing.write("one");
    expect(await first.promise).toBe("one");
    const incoming = await answerTo(outgoing);
    const pieces = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await pieces.next()).value)).toBe("one!");
    outgoing.end("two");
    expect(String((await pieces.next()).value)).toBe("two!");
    expect((await pieces.next()).done).toBe(true);
  });

  describe("S-035 when the browser leaves, Spotify is left within 100 ms", () => {
    // Of five, since a machine that is busy may be late with any one of them.
    test.each(["before an answer", "in the middle of an answer", "in the middle of an upload"])("%s", async (moment) => {
      const tookMs: number[] = [];
      for (let visit = 0; visit < 5; visit += 1) tookMs.push(await leaveMs(moment));
      expect(Math.min(...tookMs)).toBeLessThan(100);
    });

    async function leaveMs(moment: string): Promise<number> {
      const asked = signal();
      const left = signal<number>();
      const apiOrigin = await upstream((request, response) => {
        response.on("close", () => left.fire(performance.now()));
        request.once("data", () => asked.fire());
        if (moment === "in the middle of an answer") response.write("x");
        if (moment !== "in the middle of an upload") asked.fire();
      });
      const { begin } = await apiStage(express, { apiOrigin });
      const outgoing = moment.endsWith("upload") ? begin("PUT", ITEMS, { "transfer-encoding": "chunked" }) : begin("GET", TOP);
      outgoing.on("error", () => {});
      if (moment.endsWith("upload")) outgoing.write("x");
      else outgoing.end();
      await asked.promise;
      if (moment === "in the middle of an answer") (await answerTo(outgoing)).on("error", () => {});
      const went = performance.now();
      outgoing.destroy();
      return (await left.promise) - went;
    }
  });

  test("an answer that nobody takes is not fetched into memory", async () => {
    const stalled = signal<number>();
    const apiOrigin = await upstream((_request, response) => void pour(response));
    async function pour(response: ServerResponse): Promise<void> {
      const chunk = Buffer.alloc(1_048_576);
      for (let sent = 0; sent < 256; sent += 1) {
        if (response.write(chunk)) continue;
        const flowsOn = await Promise.race([
          once(response, "drain").then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
        ]);
        if (!flowsOn) return stalled.fire(sent);
      }
      stalled.fire(256);
    }
    const { begin } = await apiStage(express, { apiOrigin });
    const outgoing = begin("GET", TOP);
    outgoing.on("error", () => {});
    outgoing.end();
    (await answerTo(outgoing)).on("error", () => {}).pause();
    expect(await stalled.promise).toBeLessThan(64);
    outgoing.destroy();
  });

  test("an answer that breaks off does so for the browser too", async () => {
    const apiOrigin = await upstream((_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("x", () => response.destroy());
    });
    const { begin } = await apiStage(express, { apiOrigin });
    const outgoing = begin("GET", TOP);
    outgoing.end();
    await expect(textOf(await answerTo(outgoing))).rejects.toThrow();
  });

  test("S-035 an endless upload ends after 1 MiB, and the app goes on", async () => {
    let got = 0;
    const apiOrigin = await upstream((request) => void request.on("data", (chunk: Buffer) => (got += chunk.length)));
    const { begin, browser } = await apiStage(express, { apiOrigin });
    const outgoing = begin("PUT", ITEMS, { "transfer-encoding": "chunked" });
    outgoing.on("error", () => {});
    for (let sent = 0; sent < 33; sent += 1) outgoing.write(Buffer.alloc(65_536));
    const incoming = await answerTo(outgoing);
    expect([incoming.statusCode, JSON.parse(await textOf(incoming))]).toEqual([413, expect.objectContaining({ code: "too_long" })]);
    outgoing.destroy();
    expect(got).toBeLessThanOrEqual(1_048_576);
    expect((await browser.fetch("/auth/spotify/session")).status).toBe(200);
  });

  test("S-035 the connection of a refused upload serves the next request", async () => {
    const { origin, browser } = await apiStage(express);
    const head = `Host: x\r\nCookie: ${browser.cookie()}\r\nSec-Fetch-Site: same-origin\r\nX-Refrain: 1\r\n`;
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    const upload = `PUT ${API}/${ITEMS} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}${chunk}0\r\n\r\n`;
    const answers = await exchange(origin, `${upload}GET /auth/spotify/session HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["413", "200"]);
  });

  test("S-032 on the wire: Spotify's cookies, places and permissions stay there, ours and the browser's here", async () => {
    let seen: IncomingMessage["rawHeaders"] = [];
    const apiOrigin = await upstream((request, response) => {
      seen = request.rawHeaders.filter((_name, at) => at % 2 === 0).map((name) => name.toLowerCase());
      response.writeHead(200, {
        "set-cookie": ["sp_t=1", "sp_key=2"],
        location: "https://evil.example/",
        "access-control-allow-origin": "*",
        "cache-control": "public, max-age=600",
        "content-type": "application/json",
        "content-encoding": "gzip",
        etag: '"y"',
        "x-envoy": "1",
      });
      response.end(gzipSync("{}"));
    });
    const { browser } = await apiStage(express, { apiOrigin });
    const hostile = { authorization: "Bearer planted", forwarded: "for=1.2.3.4", "x-forwarded-for": "1.2.3.4", "x-custom": "1", te: "trailers", via: "1.1 x" };
    const answer = await browser.fetch(`${API}/${TOP}`, { headers: { ...OWN, ...hostile } });
    expect(answer.text).toBe("{}");
    // The transport's own come from fetch.
    const fetchs = ["host", "connection", "user-agent", "sec-fetch-mode", "accept-encoding", "accept-language"];
    expect(seen.filter((name) => !fetchs.includes(name)).toSorted()).toEqual(["accept", "authorization"]);
    const servers = ["date", "connection", "transfer-encoding", "keep-alive", "x-powered-by"];
    expect(Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !servers.includes(name)))).toEqual({
      "cache-control": "private, no-store",
      "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      "content-type": "application/json",
      "cross-origin-opener-policy": "same-origin",
      etag: '"y"',
      "referrer-policy": "no-referrer",
      vary: "Cookie",
      "x-content-type-options": "nosniff",
    });
  });

  test("S-023 a redirect leads nowhere", async () => {
    let strayed = 0;
    const other = await upstream((_request, response) => {
      strayed += 1;
      response.end();
    });
    const apiOrigin = await upstream((_request, response) => response.writeHead(307, { location: `${other}/v1/me/top/tracks` }).end());
    const { browser } = await apiStage(express, { apiOrigin });
    const answer = await browser.fetch(`${API}/${TOP}`, { headers: OWN });
    expect([answer.status, answer.headers.location, strayed]).toEqual([502, undefined, 0]);
  });

  test("V-011 a reply that was laid ready for the next request is nobody's", async () => {
    const apiOrigin = await rawUpstream((socket) => {
      socket.on("data", () => {
        const reply = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        socket.write(`${reply('"asked"')}${reply('"staged"')}`);
      });
    });
    const { browser } = await apiStage(express, { apiOrigin });
    for (let call = 0; call < 5; call += 1) {
      const { status, text } = await browser.fetch(`${API}/${TOP}`, { headers: OWN });
      expect([200, 503]).toContain(status);
      expect(text).not.toContain("staged");
    }
  });

  test("V-030 a body encoded a thousand times over is an error", async () => {
    const apiOrigin = await upstream((_request, response) => {
      response.writeHead(200, { "content-encoding": Array(1000).fill("gzip").join(", ") }).end(gzipSync("x"));
    });
    const { browser } = await apiStage(express, { apiOrigin });
    expect((await browser.fetch(`${API}/${TOP}`, { headers: OWN })).status).toBe(503);
  });

  test("V-018 an upgrade reaches nobody", async () => {
    let asked = 0;
    const apiOrigin = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const { browser, origin } = await apiStage(express, { apiOrigin });
    const headers = { ...OWN, cookie: browser.cookie(), connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "x", "sec-websocket-version": "13" };
    expect((await send(origin, `${API}/${TOP}`, { headers })).status).toBe(404);
    expect(asked).toBe(0);
  });

  test("S-036 one session's flood is its own", async () => {
    const { browser, origin } = await apiStage(express, { options: { api: { allow: ["GET /v1/me/top/{type}"], perMinute: 2 } } });
    const flooder = browser.cookie();
    browser.cookies.clear();
    await browser.open("/auth/spotify/login");
    expect(browser.cookie()).not.toBe(flooder);
    const statuses: number[] = [];
    for (const cookie of [flooder, flooder, flooder, flooder, browser.cookie()]) {
      statuses.push((await send(origin, `${API}/${TOP}`, { headers: { ...OWN, cookie } })).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429, 200]);
  });
});

describe("S-030 a hostile target", () => {
  const inside = (path: string): string => `${API}/${path}`;
  const spoiled = [
    "%2e%2e",
    "..",
    "%2e.",
    ".%2E",
    "%2f",
    "%2F",
    "%5c",
    "\\",
    ";",
    ";x",
    "%3b",
    "%00",
    "\x01",
    "%0d%0a",
    "%09",
    "%7f",
    "%25",
    "%252e%252e",
    "%252f",
    "%c0%ae",
    "%",
    "%zz",
    "*",
    "[",
    "|",
    '"',
    "<",
    "`",
    "^",
    "{}",
    "é",
    "%E2%80%A8",
    "@",
    ":",
    "#",
  ];
  const targets = [
    ...[
      "http://evil.example",
      "https://api.spotify.com",
      "HTTP://evil.example",
      "//evil.example",
      "\\\\evil.example",
      "/\\evil.example",
      "///evil.example",
    ].flatMap((before) => [`${before}/${TOP}`, `${before}${inside(TOP)}`, inside(`${before}/${TOP}`)]),
    ...[
      "@evil.example/",
      ":80/",
      "user:pass@evil.example/",
      ".evil.example/",
      "evil.example/",
      "%40evil.example/",
      "api.spotify.com/",
      "file:///etc/",
      "javascript:/",
      "data:,",
    ].map((before) => inside(before + TOP)),
    ...spoiled.flatMap((piece) => [inside(`v1/${piece}/me/top/tracks`), inside(`v1/me${piece}/top/tracks`), inside(`${TOP}${piece}`)]),
    ...[
      "v1/me/top/tracks/",
      "/v1/me/top/tracks",
      "v1//me/top/tracks",
      "v1/me/top",
      "v1/me",
      "",
      "v1",
      "V1/me/top/tracks",
      "v1/x/../me/top/tracks",
      "../api/v1/me/top/tracks",
    ].map(inside),
    ...[
      "/auth/spotify/./api/",
      "/auth/spotify/x/../api/",
      "/auth//spotify/api/",
      "/auth/spotify/%61pi/",
      "/auth/spotify/API/",
      "/x/../auth/spotify/api/",
      "/auth/spotify/api%2f",
      "/auth/spotify;/api/",
    ].map((before) => before + TOP),
  ];

  test("is at least one of a hundred", () => expect(new Set(targets).size).toBeGreaterThan(100));

  test("is 404, or not HTTP at all, and nobody hears of it", async () => {
    let asked = 0;
    const apiOrigin = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const { origin, browser } = await apiStage(express5, { apiOrigin });
    const head = `Host: evil.example\r\nCookie: ${browser.cookie()}\r\nSec-Fetch-Site: same-origin\r\nX-Refrain: 1\r\nConnection: close\r\n\r\n`;
    const statuses: Record<string, number> = {};
    for (const target of new Set(targets)) {
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(await exchange(origin, `GET ${target} HTTP/1.1\r\n${head}`)) ?? [];
      statuses[target] = Number(status);
    }
    expect(Object.entries(statuses).filter(([, status]) => status !== 404 && status !== 400)).toEqual([]);
    // What Node's own parser refuses is 400; it is a handful.
    expect(Object.values(statuses).filter((status) => status === 404).length).toBeGreaterThan(100);
    expect(asked).toBe(0);
    expect(await exchange(origin, `GET ${inside(TOP)} HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(asked).toBe(1);
  });
});
