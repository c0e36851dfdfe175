import { All, Controller, Get, Req, UseGuards } from "@nestjs/common";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { SpotifyGuard } from "../src/index.js";
import { script } from "client-kit/browser";
import { platforms } from "./support/platforms.js";
import { Recorder } from "./support/recorder.js";
import { type Stage, stage } from "./support/stage.js";

const items = "/auth/spotify/api/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items";
const top = "/auth/spotify/api/v1/me/top/tracks";
const own = { ...script, "x-refrain": "1" } as const;

@Controller()
@UseGuards(SpotifyGuard)
class Me {
  @Get("me")
  me(): string {
    return "me";
  }
}

const strayed: string[] = [];

@Controller()
class Rest {
  @All("auth/spotify/api/v1/me/top/:type")
  rest(@Req() { url }: IncomingMessage): string {
    strayed.push(String(url));
    return "the app's own";
  }
}

describe.each(platforms)("%s: api/*", (_, platform) => {
  interface ApiStage extends Stage {
    readonly logger: Recorder;
  }

  /** Somebody who is signed in, and a Web API that answers as the test says. */
  async function set(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<ApiStage> {
    const server = createServer((request, response) => void answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const apiOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const moved: typeof fetch = (input, init) => {
      const { pathname, search, href } = new URL(input instanceof Request ? input.url : input);
      return fetch(/^\/v1\/(?:playlists|me\/top)\//.test(pathname) ? apiOrigin + pathname + search : href, init);
    };
    const logger = new Recorder();
    const api = { allow: ["PUT /v1/playlists/{id}/items", "GET /v1/me/top/{type}"] };
    const made = await stage(platform, {
      controllers: [Me, Rest],
      logger,
      options: { api, fetch: moved, scopes: ["user-top-read", "playlist-modify-public"] },
    });
    await made.browser.open("/me");
    return { ...made, logger };
  }

  test("an answer leaves piece by piece as it comes, and who leaves in the middle reaches nothing else and harms nobody", async () => {
    let closed: (() => void) | undefined;
    const upstreamClosed = new Promise<void>((resolve) => (closed = resolve));
    const { origin, browser, logger } = await set((_request, response) => {
      response.once("close", () => closed?.());
      response.writeHead(200, { "content-type": "application/json" });
      response.write('["one",');
    });
    const { hostname, port } = new URL(origin);
    const outgoing = httpRequest({ hostname, port, path: top, headers: { ...own, cookie: browser.cookie() }, agent: false }).end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const [first] = (await once(incoming, "data")) as [Buffer];
    expect(first.toString()).toBe('["one",');
    incoming.on("error", () => {});
    outgoing.destroy();
    await upstreamClosed;
    expect(await browser.fetch("/me")).toMatchObject({ status: 200 });
    expect(strayed).toEqual([]);
    expect(logger.lines.filter((line) => /^(?:error|warn|fatal)/.test(line))).toEqual([]);
  });

  test("S-035 the connection of a refused upload serves the next request", async () => {
    const { origin, browser } = await set((request) => request.resume());
    const { hostname, port } = new URL(origin);
    const head = `Host: x\r\nCookie: ${browser.cookie()}\r\nSec-Fetch-Site: same-origin\r\nX-Refrain: 1\r\n`;
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    const upload = `PUT ${items} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}${chunk}0\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    let answers = "";
    socket.on("data", (data: Buffer) => (answers += data.toString("latin1")));
    socket.write(`${upload}GET /auth/spotify/session HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    await once(socket, "close");
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["413", "200"]);
  });
});
