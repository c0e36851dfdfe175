import type { RequestHandler } from "express";
import { checkedNeed, type SessionNeed } from "@refrain/core";
import { admit } from "./guard.js";
import { passOn } from "./pass-on.js";

/**
 * Lets only requests through whose user is signed in, has granted the scopes, and has a usable token. A page navigation without that is sent to Spotify and comes
 * back to the same page; anything else gets 401 or 403 as `application/problem+json`. While Spotify or the store is down: 503 with Retry-After.
 *
 * @throws ConfigurationError when the need is misspelt: here, not at the first request.
 * @see {@link withSpotify} where the handler is at hand: it knows that `request.spotify` is not null.
 */
export function requireSpotify(need: SessionNeed = {}): RequestHandler {
  checkedNeed(need, "requireSpotify()");
  return (request, response, next) => passOn(admit(request, response, need), next);
}
