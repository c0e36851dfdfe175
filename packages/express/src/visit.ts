import type { SpotifyAuth, SpotifySession } from "@refrain/core";
import { keepPrivate } from "@refrain/core/node";
import type { Request, Response } from "express";

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
  Object.defineProperty(request, "spotify", spotify);
}

// One for all requests: a getter of its own would give each request a shape of its own, and every look at any of its properties would be slow. Not on `express.request`
// either: an app may put something of that name on its requests, and a guard must not take that for a session.
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
