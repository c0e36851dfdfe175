import type { INestApplication } from "@nestjs/common";
import type { AbstractHttpAdapter } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { RequestListener, Server } from "node:http";

/** What an app stands on, around a server that listens already: the redirect URI must be known before the app is. */
export interface Platform {
  readonly name: "express" | "fastify";
  /** @param options Fastify's own. */
  adapter(server: Server, options?: object): AbstractHttpAdapter;
  /** What `app.listen()` does before it listens. */
  ready(app: INestApplication): Promise<void>;
}

class ExpressAround extends ExpressAdapter {
  readonly #server: Server;

  constructor(server: Server) {
    super();
    this.#server = server;
  }

  override initHttpServer(): void {
    this.httpServer = this.#server;
    this.#server.on("request", this.getInstance());
  }
}

const onExpress: Platform = { name: "express", adapter: (server) => new ExpressAround(server), ready: async () => {} };
const onFastify: Platform = {
  name: "fastify",
  adapter: (server, options = {}) => new FastifyAdapter({ ...options, serverFactory: (handler: RequestListener) => server.on("request", handler) }),
  ready: async (app) => void (await app.getHttpAdapter().getInstance().ready()),
};

/** Both platforms, for `describe.each`. */
export const platforms: readonly (readonly [name: string, platform: Platform])[] = [
  ["Express", onExpress],
  ["Fastify", onFastify],
];
