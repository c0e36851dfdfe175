import { ConfigurationError, requireSession, type SpotifyScope, toProblem } from "@refrain/core";
import type { Request, Response } from "express";
import { visitOf } from "./visit.js";
import { headOf } from "./web-request.js";
import { sendWebResponse } from "./web-response.js";

/** What a request must have to be let through. */
export interface SpotifyNeed {
  /** Scopes the user must have granted. @defaultValue none: being signed in is enough */
  readonly scopes?: readonly SpotifyScope[];
}

/** `true`: someone is signed in and a token is usable. `false`: the request was answered, with a redirect to sign in, a page or a problem. */
export async function admit(request: Request, response: Response, need: SpotifyNeed): Promise<boolean> {
  const visit = visitOf(request);
  if (visit === undefined) throw new ConfigurationError(["requireSpotify() and withSpotify() need spotifyAuth() before them: app.use(spotifyAuth())."]);
  try {
    visit.session = await requireSession(visit.auth, request.spotify, need);
    return true;
  } catch (error) {
    const answer = response.headersSent ? null : await toProblem(visit.auth, error, headOf(request));
    if (answer === null) throw error;
    await sendWebResponse(response, answer);
    return false;
  }
}
