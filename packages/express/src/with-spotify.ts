import type { SpotifySession } from "@refrain/core";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { admit, type SpotifyNeed } from "./guard.js";

/** A request of someone who is signed in. */
export type SpotifyRequest = Request & { readonly spotify: SpotifySession };

/** A handler behind {@link withSpotify}. Its promise may reject. */
export type SpotifyHandler = (request: SpotifyRequest, response: Response, next: NextFunction) => unknown;

/**
 * A handler for requests that {@link requireSpotify} would let through; the others are answered in the same way. What the handler throws, or its promise rejects
 * with, reaches `next()`, on Express 4 too.
 */
export function withSpotify(handler: SpotifyHandler, need: SpotifyNeed = {}): RequestHandler {
  return async (request, response, next) => {
    try {
      if (await admit(request, response, need)) await handler(request as SpotifyRequest, response, next);
    } catch (error) {
      // next() without an error would go on to the next handler.
      next(error || new Error("A handler failed without saying why."));
    }
  };
}
