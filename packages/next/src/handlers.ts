import { ConfigurationError } from "@refrain/core";
import type { NextRequest } from "next/server.js";
import { afterResponse } from "./after-response.js";
import { plainPath } from "./request-head.js";
import type { Runtime } from "./runtime.js";

type Handler = (request: NextRequest) => Promise<Response>;

/** The route handlers of the sign-in routes, for `app/auth/spotify/[...refrain]/route.ts`. `GET` and `POST` do; the others are for the `api` option. */
export interface SpotifyHandlers {
  readonly GET: Handler;
  readonly HEAD: Handler;
  readonly POST: Handler;
  readonly PUT: Handler;
  readonly PATCH: Handler;
  readonly DELETE: Handler;
}

export function createHandlers(open: () => Runtime): SpotifyHandlers {
  const serve: Handler = async (request) => {
    // First of all: with `cacheComponents` Next calls handlers at build time, and stops where they look at the request.
    const seen = asSeen(request);
    const { auth } = open();
    const subject = await auth.subjectOf(undefined);
    const answer = await auth.handle(seen, { subject, waitUntil: afterResponse });
    if (answer !== null) return answer;
    throw new ConfigurationError([
      `This route is served at ${plainPath(request.nextUrl.pathname)}, where the redirect URI does not lead. For the redirect URI https://…/auth/spotify/callback create app/auth/spotify/[...refrain]/route.ts; for another one the folders that its path names, without its last segment. Under Next's own basePath also give createSpotify({ basePath: "/auth/spotify" }).`,
    ]);
  };
  return { GET: serve, HEAD: serve, POST: serve, PUT: serve, PATCH: serve, DELETE: serve };
}

/** The request with the path that Next matched: without base path and locale, which it took off, and without a trailing slash. */
function asSeen(request: NextRequest): Request {
  const url = new URL(`${plainPath(request.nextUrl.pathname)}${request.nextUrl.search}`, "http://127.0.0.1");
  const { method, headers, signal, body } = request;
  return new Request(url, { method, headers, signal, ...(body === null ? {} : { body, duplex: "half" }) });
}
