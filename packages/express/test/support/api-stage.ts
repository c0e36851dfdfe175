import { createSpotifyAuth, type SpotifyAuthOptions } from "@refrain/core";
import type express from "express";
import type { RequestHandler } from "express";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { spotifyAuth } from "../../src/index.js";
import { script } from "client-kit/browser";
import { stage, type Stage } from "./stage.js";

export const ID = "37i9dQZF1DXcBWIGoYBM5M";
export const OWN = { ...script, "x-refrain": "1" } as const;
const allow = ["GET /v1/me/top/{type}", "GET /v1/me/player", "PUT /v1/playlists/{id}/items", "POST /v1/me/playlists"] as const;

/** Somebody who is signed in at an app that serves `api/*`. */
export interface ApiStage extends Stage {
  /** Begins a request as a script of the page would; the caller ends it. */
  begin(method: string, path: string, headers?: Readonly<Record<string, string>>): ReturnType<typeof httpRequest>;
}

export interface ApiStaging {
  /** Where the Web API is. Who is signed in is still asked of the emulator. @defaultValue the emulator */
  readonly apiOrigin?: string;
  /** What stands before `spotifyAuth()`. */
  readonly before?: readonly RequestHandler[];
  readonly options?: SpotifyAuthOptions;
}

export async function apiStage(express5: typeof express, { apiOrigin, before = [], options = {} }: ApiStaging = {}): Promise<ApiStage> {
  const moved: typeof globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const elsewhere = apiOrigin !== undefined && url.pathname.startsWith("/v1/") && url.pathname !== "/v1/me";
    return fetch(elsewhere ? new URL(url.pathname + url.search, apiOrigin) : url, init);
  };
  const made = await stage((_auth, staged) => {
    const auth = createSpotifyAuth({ ...staged, api: { allow }, token: true, fetch: moved, scopes: ["user-top-read", "playlist-modify-public"], ...options });
    const app = express5();
    if (before.length > 0) app.use(...before);
    app.use(spotifyAuth(auth));
    app.use((_request, response) => void response.status(404).send("app's own"));
    return app;
  });
  await made.browser.open("/auth/spotify/login");
  return Object.assign(made, {
    begin(method: string, path: string, headers: Readonly<Record<string, string>> = {}) {
      const { hostname, port } = new URL(made.origin);
      const all = { ...OWN, cookie: made.browser.cookie(), ...headers };
      return httpRequest({ hostname, port, method, path: `/auth/spotify/api/${path}`, headers: all, agent: false });
    },
  });
}

/** A server in Spotify's place. Resolves to its origin. */
export function upstream(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  return listening(createServer((request, response) => void answer(request, response)));
}

/** The same, one layer below HTTP. */
export function rawUpstream(answer: (socket: Socket) => void): Promise<string> {
  return listening(createTcpServer(answer));
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens nowhere.");
  return `http://127.0.0.1:${address.port}`;
}

/** The answer to a request of which every byte is given, until the server ends it. */
export async function exchange(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return text;
}

/** The whole body of an answer. */
export async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
