import type { ErrorRequestHandler, Express, Request, Response as ExpressResponse } from "express";
import { page } from "../answers.js";
import type { Setting } from "./peer.js";

/** The user has to sign in again. */
export class SignInAgain extends Error {
  override readonly name = "SignInAgain";
}

/** Nothing is lost; the token endpoint does not answer as it should. */
export class TryLater extends Error {
  override readonly name = "TryLater";
}

/** Calls the Web API as the user of a request. */
export type UserFetch = (url: string) => Promise<Response>;

/**
 * The two routes that need an access token, and what their failures are answered with. Libraries' own errors keep the status that the library gives them.
 *
 * @param fetchAs Resolves once a usable access token is at hand.
 */
export function tokenRoutes(app: Express, { spotify }: Setting, fetchAs: (request: Request, response: ExpressResponse) => Promise<UserFetch>): void {
  app.get("/me", async (request, response) => {
    await fetchAs(request, response);
    response.json(page("mira"));
  });
  app.get("/profile", async (request, response) => {
    const userFetch = await fetchAs(request, response);
    const answer = await userFetch(`${spotify}/v1/me`);
    const profile: unknown = await answer.json();
    response.status(answer.ok ? 200 : 502).json(profile);
  });
  app.use(answerFailures);
}

/** Calls with a token that is at hand. */
export function bearing(accessToken: string): UserFetch {
  return (url) => fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
}

const answerFailures: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(error instanceof SignInAgain ? 401 : error instanceof TryLater ? 503 : statusOf(error)).json({ failed: true });
};

function statusOf(error: unknown): number {
  const { statusCode } = error as { readonly statusCode?: unknown };
  return typeof statusCode === "number" ? statusCode : 500;
}
