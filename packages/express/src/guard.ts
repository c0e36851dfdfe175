import { ConfigurationError, renewConsent, requireSession, sessionIsReady, type SessionNeed, toProblem } from "@refrain/core";
import { headOf, sendWebResponse } from "@refrain/core/node";
import type { Request, Response } from "express";
import { type Visit, visitOf } from "./visit.js";

/** `true`: someone is signed in and a token is usable. `false`: the request was answered, with a redirect to sign in, a page or a problem. */
export function admit(request: Request, response: Response, need: SessionNeed): true | Promise<boolean> {
  const visit = visitOf(request);
  if (visit === undefined) throw new ConfigurationError(["requireSpotify() and withSpotify() need spotifyAuth() before them: app.use(spotifyAuth())."]);
  if (typeof visit.session === "object" && request.spotify !== null && sessionIsReady(request.spotify, need)) return true;
  return admitInTime(visit, request, response, need);
}

async function admitInTime(visit: Visit, request: Request, response: Response, need: SessionNeed): Promise<boolean> {
  try {
    const session = await requireSession(visit.auth, request.spotify, need);
    visit.session = session;
    const renewal = response.headersSent ? null : await renewConsent(visit.auth, session, () => headOf(request, request.originalUrl));
    if (renewal === null) return true;
    await sendWebResponse(response, renewal);
    return false;
  } catch (error) {
    const answer = response.headersSent ? null : await toProblem(visit.auth, error, headOf(request, request.originalUrl));
    if (answer === null) throw error;
    await sendWebResponse(response, answer);
    return false;
  }
}
