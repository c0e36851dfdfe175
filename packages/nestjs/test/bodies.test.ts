import { All, Body, Controller, Get, type INestApplication, Post, type RawBodyRequest, Req, UseGuards } from "@nestjs/common";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { SpotifyGuard } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import { type Platform, platforms } from "./support/platforms.js";
import { stage, type Stage, type Staging } from "./support/stage.js";

@Controller()
@UseGuards(SpotifyGuard)
class Bodies {
  @All("echo")
  echo(@Body() body: unknown): object {
    return { body };
  }

  @Post("raw")
  raw(@Req() { rawBody }: RawBodyRequest<IncomingMessage>): object {
    return { raw: rawBody?.toString() ?? null };
  }

  @All("stream")
  async stream(@Req() request: IncomingMessage | { readonly raw: IncomingMessage }): Promise<object> {
    let size = 0;
    for await (const chunk of ("raw" in request ? request.raw : request) as AsyncIterable<Buffer>) size += chunk.length;
    return { size };
  }

  @Get("me")
  me(): string {
    return "me";
  }
}

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** How apps of each platform read bodies. */
const ways = (platform: Platform): readonly (readonly [name: string, staging: Staging])[] => [
  ["Nest's parsers", {}],
  ["Nest's parsers, which keep the raw body", { rawBody: true }],
  ["no parser", { bodyParser: false }],
  platform.name === "express"
    ? ["parsers that read everything", { bodyParser: false, main: (app: INestApplication) => everyBody(app as NestExpressApplication) }]
    : ["a content type parser for everything", { main: everyType }],
];

function everyBody(app: NestExpressApplication): void {
  app.useBodyParser("json").useBodyParser("urlencoded", { extended: true }).useBodyParser("text").useBodyParser("raw", { type: "*/*" });
}

function everyType(app: INestApplication): void {
  interface Fastify {
    addContentTypeParser(type: string, options: object, parser: (request: unknown, body: unknown, done: (error: null, body: unknown) => void) => void): void;
  }
  (app.getHttpAdapter().getInstance() as Fastify).addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

describe.each(platforms)("%s: bodies", (_, platform) => {
  const signedIn = async (staging: Staging): Promise<Stage> => {
    const made = await stage(platform, { controllers: [Bodies], ...staging });
    await made.browser.open("/me");
    return made;
  };

  test.each(ways(platform))("%s: the sign-in routes take a form, JSON, and what nobody knows", async (_way, staging) => {
    const { browser } = await signedIn(staging);
    const bodies = [
      { headers: form, body: "returnTo=%2F" },
      { headers: json, body: "{}" },
      { headers: { "content-type": "application/x-nobody-knows" }, body: "?" },
      { headers: { "content-type": "multipart/form-data; boundary=b" }, body: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n' },
      {},
    ];
    for (const sent of bodies) {
      await browser.open("/me");
      expect((await browser.fetch("/auth/spotify/logout", { method: "POST", ...sent })).status, JSON.stringify(sent)).toBe(204);
    }
    // On Express parsers come first, and turn down what they cannot read, whoever it is for.
    await browser.open("/me");
    const parsed = platform.name === "express" && (staging.bodyParser !== false || staging.main !== undefined);
    expect((await browser.fetch("/auth/spotify/logout", { method: "POST", headers: json, body: "{ not json" })).status).toBe(parsed ? 400 : 204);
  });

  test.each(ways(platform))("%s: a call through api/* arrives with its body", async (_way, staging) => {
    const arrived: string[] = [];
    const api: typeof fetch = async (input, init) => {
      if (!new Request(input).url.includes("/v1/playlists/")) return fetch(input, init);
      arrived.push(await new Response(init?.body).text());
      return Response.json({ snapshot_id: "s" });
    };
    const { browser } = await signedIn({
      ...staging,
      options: { api: { allow: ["PUT /v1/playlists/{id}/items"] }, scopes: ["playlist-modify-public"], fetch: api },
    });
    const sent = { method: "PUT", headers: { ...json, "x-refrain": "1" }, body: '{"uris":["spotify:track:4iV5W9uYEdYUVa79Axb7Rh"]}' };
    expect(await browser.fetch("/auth/spotify/api/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items", sent)).toMatchObject({ status: 200 });
    expect(arrived).toEqual([sent.body]);
  });

  test("Nest's parsers go on reading for handlers, with a raw body where the app keeps one", async () => {
    const { browser } = await signedIn({ rawBody: true });
    expect(await browser.fetch("/echo", { method: "POST", headers: json, body: '{"a":1}' })).toMatchObject({ text: '{"body":{"a":1}}' });
    expect(await browser.fetch("/echo", { method: "POST", headers: form, body: "a=1&a=2" })).toMatchObject({ text: '{"body":{"a":["1","2"]}}' });
    expect(await browser.fetch("/raw", { method: "POST", headers: json, body: '{ "a": 1 }' })).toMatchObject({ text: '{"raw":"{ \\"a\\": 1 }"}' });
  });

  test("an upload streams through to the handler", async () => {
    const streams = (app: INestApplication): void => {
      interface Fastify {
        addContentTypeParser(type: string, parser: (request: unknown, body: unknown, done: (error: null) => void) => void): void;
      }
      if (platform.name === "fastify") (app.getHttpAdapter().getInstance() as Fastify).addContentTypeParser("*", (_request, _body, done) => done(null));
    };
    const { browser } = await signedIn({ main: streams });
    const upload = { method: "POST", headers: { "content-type": "application/octet-stream" }, body: "x".repeat(1_000_000) };
    expect(await browser.fetch("/stream", upload)).toMatchObject({ text: '{"size":1000000}' });
  });

  test("our cookies and Vary are added to those that the app's middleware and hooks set", async () => {
    const main = (app: INestApplication): void => {
      app.use(
        (_request: unknown, response: { appendHeader(name: string, value: string): void; setHeader(name: string, value: string): void }, next: () => void) => {
          response.appendHeader("Set-Cookie", "theme=dark; Path=/");
          response.setHeader("Vary", "Accept-Language");
          response.setHeader("X-Powered-By", "patience");
          next();
        },
      );
      app.enableCors({ origin: ["https://app.example"], credentials: true });
      interface Fastify {
        addHook(name: "onRequest", hook: (request: unknown, reply: { header(name: string, value: string): void }, done: () => void) => void): void;
      }
      const plugin: Parameters<Fastify["addHook"]>[1] = (_request, reply, done) => {
        reply.header("Set-Cookie", "plugin=here; Path=/");
        done();
      };
      if (platform.name === "fastify") (app.getHttpAdapter().getInstance() as Fastify).addHook("onRequest", plugin);
    };
    const { origin } = await stage(platform, { controllers: [Bodies], main });
    const { headers, status } = await send(origin, "/auth/spotify/login", { headers: { ...navigation, origin: "https://app.example" } });
    expect(status).toBe(303);
    const [own, ...ours] = headers["set-cookie"] ?? [];
    expect(own).toBe("theme=dark; Path=/");
    if (platform.name === "fastify") expect(ours.shift()).toBe("plugin=here; Path=/");
    expect(ours).toEqual([expect.stringMatching(/^refrain-\d+-tx=/)]);
    expect(headers).toMatchObject({ "access-control-allow-origin": "https://app.example", "x-powered-by": "patience" });
    for (const name of ["Accept-Language", "Origin", "Cookie"]) expect(headers["vary"]).toContain(name);
    const guarded = await send(origin, "/me", { headers: { ...script, origin: "https://app.example" } });
    expect(guarded).toMatchObject({ status: 401, headers: { "access-control-allow-origin": "https://app.example" } });
  });
});
