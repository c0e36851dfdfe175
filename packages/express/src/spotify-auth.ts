import { createSpotifyAuth, type Credentials, type SpotifyAuth, type SpotifyAuthOptions, type SpotifySession } from "@refrain/core";
import { pathOf, sendWebResponse, toWebRequest } from "@refrain/core/node";
import type { Request, RequestHandler } from "express";
import { decorate, type Visit } from "./visit.js";

declare global {
  namespace Express {
    interface Request {
      /**
       * Who is signed in with Spotify; `null` = nobody. From {@link spotifyAuth} on. Looking keeps the answer out of shared caches.
       *
       * @throws TemporarilyUnavailable when the store cannot say.
       */
      readonly spotify: SpotifySession | null;
    }
  }
}

/**
 * Serves the sign-in routes and tells who is signed in, as `request.spotify`. It answers no other route, turns nobody away and reads the store only for requests
 * with our cookie. Put it after static files and before the routes that need it; body parsers may come before or after.
 *
 * @param options A `SpotifyAuth`, to share one and to close it; or its options. What they leave out comes from the environment.
 * @throws ConfigurationError when an option is missing or wrong: here, not at the first request.
 * @see {@link requireSpotify} and {@link withSpotify}, which do turn away.
 */
export function spotifyAuth(options?: SpotifyAuth | SpotifyAuthOptions<Request>): RequestHandler {
  const auth = options !== undefined && "handle" in options ? options : createSpotifyAuth(options);
  return async (request, response, next) => {
    // Before anything can fail: spotifyErrors() answers by it.
    const visit: Visit = { auth, response, session: null, isPrivate: false };
    decorate(request, visit);
    try {
      const path = pathOf(request.originalUrl);
      const mount = { mountedAt: request.baseUrl };
      const asked = auth.subjectOf(request);
      const subject = asked === undefined ? undefined : await asked;
      if (auth.owns(path, mount)) {
        const answer = await auth.handle(toWebRequest(request, response, { url: request.originalUrl, body: request.body }), { ...mount, path, subject });
        if (answer !== null) {
          await sendWebResponse(response, answer);
          // What core left of an upload goes, or this connection would serve nothing more.
          request.resume();
          return;
        }
      }
      const { cookie } = request.headers;
      visit.session = await sessionOf(auth, { cookie, subject });
    } catch (error) {
      return next(error);
    }
    next();
  };
}

/** Whoever looks at `request.spotify` meets the error; a page that does not look is served. */
async function sessionOf(auth: SpotifyAuth, credentials: Credentials): Promise<Visit["session"]> {
  try {
    return await auth.session(credentials);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
