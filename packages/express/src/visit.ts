import type { SpotifyAuth, SpotifySession } from "@refrain/core";
import type { Request, Response } from "express";

/** What `spotifyAuth()` knows about a request. */
export interface Visit {
  readonly auth: SpotifyAuth;
  /** Who sent it, `null` for nobody; a function throws why that could not be found out. */
  session: SpotifySession | null | (() => never);
}

const visits = new WeakMap<Request, Visit>();

/** The visit of a request, `undefined` when no `spotifyAuth()` saw it. */
export function visitOf(request: Request): Visit | undefined {
  return visits.get(request);
}

/** Notes the visit and gives the request its `spotify`. Of several `spotifyAuth()` on one path the last counts. */
export function decorate(request: Request, response: Response, visit: Visit): void {
  visits.set(request, visit);
  Object.defineProperty(request, "spotify", {
    configurable: true,
    get() {
      keepPrivate(response, visit);
      return typeof visit.session === "function" ? visit.session() : visit.session;
    },
  });
}

const alreadyPrivate = /(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i;

/**
 * An answer that was made knowing who asks is for this browser only. What never looks, such as a file that everybody may see, stays cacheable. What the app itself
 * keeps from shared caches stays as it is, and so does whatever it says after looking.
 */
function keepPrivate(response: Response, { session }: Visit): void {
  if (response.headersSent) return;
  response.vary("Cookie");
  if (session !== null && !alreadyPrivate.test(String(response.getHeader("Cache-Control")))) response.setHeader("Cache-Control", "private, no-store");
}
