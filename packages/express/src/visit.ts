import type { SpotifyAuth, SpotifySession } from "@refrain/core";
import type { Request, Response } from "express";

/** What `spotifyAuth()` knows about a request. */
export interface Visit {
  readonly auth: SpotifyAuth;
  readonly response: Response;
  /** Who sent it, `null` for nobody; a function throws why that could not be found out. */
  session: SpotifySession | null | (() => never);
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

// One for all requests: a getter of its own would give each request a shape of its own, and every look at any of its properties would be slow.
const spotify: PropertyDescriptor & ThisType<Visited> = {
  configurable: true,
  get() {
    const visit = this[visited];
    if (visit === undefined) return null;
    keepPrivate(visit);
    return typeof visit.session === "function" ? visit.session() : visit.session;
  },
};

const alreadyPrivate = /(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i;

/**
 * An answer that was made knowing who asks is for this browser only. What never looks, such as a file that everybody may see, stays cacheable. What the app itself
 * keeps from shared caches stays as it is, and so does whatever it says after looking.
 */
function keepPrivate({ response, session }: Visit): void {
  if (response.headersSent) return;
  if (response.getHeader("Vary") === undefined) response.setHeader("Vary", "Cookie");
  else response.vary("Cookie");
  const caching = response.getHeader("Cache-Control");
  if (session !== null && (caching === undefined || !alreadyPrivate.test(String(caching)))) response.setHeader("Cache-Control", "private, no-store");
}
