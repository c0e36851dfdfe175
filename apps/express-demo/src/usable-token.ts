import { requireSession, type SpotifyAuth } from "@refrain/core";
import type { RequestHandler } from "express";

/** Stands before the guards of pages: an outage is told in the demo's own words, which know the button that mends it. Turns nobody away. */
export function usableToken(auth: SpotifyAuth): RequestHandler {
  return async (request, _response, next) => {
    if (request.spotify !== null) await requireSession(auth, request.spotify);
    next();
  };
}
