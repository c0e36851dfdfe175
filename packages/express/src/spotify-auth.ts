import { createSpotifyAuth, type Credentials, type SpotifyAuth, type SpotifyAuthOptions, type SpotifySession, type Subject } from "@refrain/core";
import { pathOf, sendWebResponse, sessionOf, toWebRequest } from "@refrain/core/node";
import type { Request, RequestHandler } from "express";
import { passOn } from "./pass-on.js";
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
  return (request, response, next) => {
    // Before anything can fail: spotifyErrors() answers by it.
    const visit: Visit = { auth, response, session: null, isPrivate: false };
    decorate(request, visit);
    const path = pathOf(request.originalUrl);
    const subject = auth.subjectOf(request);
    const mayBeOurs = subject !== undefined || auth.owns(path, { mountedAt: request.baseUrl });
    return passOn(mayBeOurs ? receive(visit, request, path, subject) : welcome(visit, { cookie: request.headers.cookie }), next);
  };
}

/** Answers a request for one of our routes. `true`: it is the app's to answer. */
async function receive(visit: Visit, request: Request, path: string, asked: Promise<Subject> | undefined): Promise<boolean> {
  const { auth, response } = visit;
  const mountedAt = request.baseUrl;
  const subject = await asked;
  if (!auth.owns(path, { mountedAt })) return welcome(visit, { cookie: request.headers.cookie, subject });
  const answer = await auth.handle(toWebRequest(request, response, { url: request.originalUrl, body: request.body }), { mountedAt, path, subject });
  if (answer === null) return welcome(visit, { cookie: request.headers.cookie, subject });
  await sendWebResponse(response, answer);
  // What core left of an upload goes, or this connection would serve nothing more.
  request.resume();
  return false;
}

/** Notes who sent the request. Whoever looks at `request.spotify` meets the error; a page that does not look is served. */
function welcome(visit: Visit, credentials: Credentials): true | Promise<true> {
  const session = sessionOf(visit.auth, credentials);
  if (session instanceof Promise) return session.then(note, (error: unknown) => note(() => raise(error)));
  return note(session);

  function note(found: Visit["session"]): true {
    visit.session = found;
    return true;
  }
}

function raise(error: unknown): never {
  throw error;
}
