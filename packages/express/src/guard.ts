import { ConfigurationError, isSpotifyScope, renewConsent, requireSession, type SpotifyScope, toProblem } from "@refrain/core";
import type { Request, Response } from "express";
import { visitOf } from "./visit.js";
import { headOf } from "./web-request.js";
import { sendWebResponse } from "./web-response.js";

/** What a request must have to be let through. */
export interface SpotifyNeed {
  /** Scopes the user must have granted. @defaultValue none: being signed in is enough */
  readonly scopes?: readonly SpotifyScope[];
}

/**
 * The need, if it is one: a guard that overlooks a misspelt option lets people through.
 *
 * @throws ConfigurationError when it is not.
 */
export function checkedNeed(need: SpotifyNeed): SpotifyNeed {
  const { scopes = [], ...unknown } = need;
  const problems = Object.keys(unknown).map(
    (name) => `requireSpotify() and withSpotify() know no option ${JSON.stringify(name.slice(0, 60))}: give { scopes: [...] }.`,
  );
  if (!Array.isArray(scopes)) problems.push("scopes must be a list of scope names.");
  else for (const scope of scopes.filter((name) => !isSpotifyScope(name))) problems.push(`scopes names ${JSON.stringify(scope)}: Spotify knows no such scope.`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return need;
}

/** `true`: someone is signed in and a token is usable. `false`: the request was answered, with a redirect to sign in, a page or a problem. */
export async function admit(request: Request, response: Response, need: SpotifyNeed): Promise<boolean> {
  const visit = visitOf(request);
  if (visit === undefined) throw new ConfigurationError(["requireSpotify() and withSpotify() need spotifyAuth() before them: app.use(spotifyAuth())."]);
  try {
    const session = await requireSession(visit.auth, request.spotify, need);
    visit.session = session;
    const renewal = response.headersSent ? null : await renewConsent(visit.auth, session, () => headOf(request));
    if (renewal === null) return true;
    await sendWebResponse(response, renewal);
    return false;
  } catch (error) {
    const answer = response.headersSent ? null : await toProblem(visit.auth, error, headOf(request));
    if (answer === null) throw error;
    await sendWebResponse(response, answer);
    return false;
  }
}
