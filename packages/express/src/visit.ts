import type { SpotifyAuth, SpotifySession } from "@refrain/core";
import { keepPrivate } from "@refrain/core/node";
import type { Request, Response } from "express";
import { IncomingMessage } from "node:http";

/** What `spotifyAuth()` knows about a request. */
export interface Visit {
  readonly auth: SpotifyAuth;
  readonly response: Response;
  /** Who sent it, `null` for nobody; a function throws why that could not be found out. */
  session: SpotifySession | null | (() => never);
  /** Whether the answer has been kept from shared caches. */
  isPrivate: boolean;
}

const visited: unique symbol = Symbol("refrain.visit");

type Visited = Request & { [visited]?: Visit };

/** The visit of a request, `undefined` when no `spotifyAuth()` saw it. */
export function visitOf(request: Request): Visit | undefined {
  return (request as Visited)[visited];
}

/** Notes the visit and gives the request its `spotify`. Of several `spotifyAuth()` on one path the last counts. */
export function decorate(request: Request, visit: Visit): void {
  (request as Visited)[visited] = visit;
  if (!inherits(request)) Object.defineProperty(request, "spotify", spotify);
}

const prototypes = new WeakSet<object>();

/**
 * Whether the request has our getter from what all requests of its Express have in common, `express.request`: defining it anew for each request costs as much as finding
 * out who sent it. Where there is no such thing, or another installation of this package was there first, it has not.
 */
function inherits(request: Request): boolean {
  const prototype: object = Object.getPrototypeOf(request);
  if (prototypes.has(prototype)) return true;
  const common = commonOf(prototype);
  if (common === null) return false;
  if (!("spotify" in common)) Object.defineProperty(common, "spotify", spotify);
  if (Object.getOwnPropertyDescriptor(common, "spotify")?.get !== spotify.get) return false;
  prototypes.add(prototype);
  return true;
}

/** `express.request`: the last but one in line before Node's own. */
function commonOf(prototype: object): object | null {
  for (let one = prototype; ; one = Object.getPrototypeOf(one) as object) {
    const next: unknown = Object.getPrototypeOf(one);
    if (next === IncomingMessage.prototype) return one;
    if (next === null) return null;
  }
}

const spotify: PropertyDescriptor & ThisType<Visited> = {
  configurable: true,
  get() {
    const visit = this[visited];
    if (visit === undefined) return null;
    if (!visit.isPrivate) keepPrivate(visit.response, visit.session !== null);
    visit.isPrivate = true;
    return typeof visit.session === "function" ? visit.session() : visit.session;
  },
};
