import type { INestApplication } from "@nestjs/common";
import type { AbstractHttpAdapter } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { RequestListener, Server, ServerResponse } from "node:http";

/** What Nest stands on, around a server that listens already: the redirect URI must be known before the app is. */
export interface Platform {
  adapter(server: Server): AbstractHttpAdapter;
  /** Sets these headers on every answer, before anything else looks at the request. */
  setHeaders(adapter: AbstractHttpAdapter, headers: Readonly<Record<string, string>>): void;
  /** What `app.listen()` does before it listens. */
  ready(app: INestApplication): Promise<unknown>;
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

type Done = () => void;

const express: Platform = {
  adapter: (server) => new ExpressAround(server),
  setHeaders(adapter, headers) {
    adapter.getInstance().disable("x-powered-by");
    adapter.use((_request: unknown, response: ServerResponse, next: Done) => {
      response.setHeaders(new Headers(headers));
      next();
    });
  },
  ready: async () => {},
};

const fastify: Platform = {
  adapter: (server) => new FastifyAdapter({ serverFactory: (handler: RequestListener) => server.on("request", handler) }),
  setHeaders(adapter, headers) {
    adapter.getInstance().addHook("onRequest", (_request: unknown, reply: { headers(values: object): unknown }, done: Done) => {
      reply.headers(headers);
      done();
    });
  },
  ready: (app) => app.getHttpAdapter().getInstance().ready(),
};

export type PlatformName = "express" | "fastify";

export const platforms: Readonly<Record<PlatformName, Platform>> = { express, fastify };
