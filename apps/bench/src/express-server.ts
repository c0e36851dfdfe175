import { cached, type SpotifyAuth } from "@refrain/core";
import { requireSpotify, spotifyAuth } from "@refrain/express";
import express, { type Express, type RequestHandler } from "express";
import type { AddressInfo } from "node:net";
import { line, page } from "./answers.js";
import { openAuth } from "./auth.js";
import { obey } from "./child.js";
import { openStore, type Place } from "./stores/place.js";

/** Without auth: the bare route, or one that pays what no guard can do without. */
export type Unguarded = "none" | "idle";

/** A route behind `requireSpotify()`. */
export interface Guarded {
  readonly place: Place;
  /** Whether reads are answered from memory for a second. @defaultValue false */
  readonly cached?: boolean;
}

export type ServerOrder = { readonly start: Unguarded | Guarded } | { readonly report: "cpu" };

export type ServerAnswer = { readonly port: number } | { readonly cpuMicroseconds: number };

obey(async (order: ServerOrder): Promise<ServerAnswer> => {
  if ("start" in order) return start(order.start);
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system };
});

async function start(what: Unguarded | Guarded): Promise<ServerAnswer> {
  const server = (await appFor(what)).listen(0, "127.0.0.1");
  await new Promise((resolve) => void server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port };
}

async function appFor(what: Unguarded | Guarded): Promise<Express> {
  if (what === "none") return openApp();
  if (what === "idle") return idleApp();
  const store = await openStore(what.place);
  return guardedApp(openAuth(what.cached === true ? cached(store, { maxAgeMs: 1_000 }) : store));
}

function openApp(): Express {
  const app = express();
  app.get("/me", (_request, response) => void response.json(page("user-0")));
  app.get("/line", (_request, response) => void response.json(line("user-0")));
  return app;
}

/** The same routes behind two middlewares that do nothing, with the two headers that keep a personal answer out of shared caches. */
function idleApp(): Express {
  const app = express();
  app.use((_request, _response, next) => next());
  const idle: RequestHandler = (_request, response, next) => {
    response.setHeader("Vary", "Cookie");
    response.setHeader("Cache-Control", "private, no-store");
    next();
  };
  app.get("/me", idle, (_request, response) => void response.json(page("user-0")));
  app.get("/line", idle, (_request, response) => void response.json(line("user-0")));
  return app;
}

/** The same routes for those who are signed in. They use the session and call nobody. */
function guardedApp(auth: SpotifyAuth): Express {
  const app = express();
  app.use(spotifyAuth(auth));
  app.get("/me", requireSpotify(), (request, response) => void response.json(page(request.spotify?.user.id)));
  app.get("/line", requireSpotify(), (request, response) => void response.json(line(request.spotify?.user.id)));
  return app;
}
