import { checkedNeed, type SessionNeed, type SpotifySession } from "@refrain/core";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { admit } from "./guard.js";

/** A request of someone who is signed in. */
export type SpotifyRequest<Params = Request["params"]> = Request<Params> & { readonly spotify: SpotifySession };

/** A handler behind {@link withSpotify}. Its promise may reject. */
export type SpotifyHandler<Params = Request["params"]> = (request: SpotifyRequest<Params>, response: Response, next: NextFunction) => unknown;

/**
 * A handler for requests that {@link requireSpotify} would let through; the others are answered in the same way. What the handler throws, or its promise rejects
 * with, reaches `next()`, on Express 4 too.
 *
 * @throws ConfigurationError when the need is misspelt: here, not at the first request.
 */
export function withSpotify<Params = Request["params"]>(handler: SpotifyHandler<Params>, need: SessionNeed = {}): RequestHandler<Params> {
  checkedNeed(need, "withSpotify()");
  return async (request, response, next) => {
    try {
      if (await admit(request as Request, response, need)) await handler(request as SpotifyRequest<Params>, response, next);
    } catch (error) {
      // next() without an error would go on to the next handler.
      next(error || new Error("A handler failed without saying why."));
    }
  };
}
