import { NotAuthenticated } from "../errors/not-authenticated.js";
import type { Authenticated } from "../grants/engine.js";
import { authorizationUrl, createTransactionSecrets } from "../protocol/authorization-request.js";
import { isSpotifyScope } from "../scopes.js";
import { presentSession, type SignInContext } from "./context.js";
import { readCookie } from "./cookies.js";
import { loginUrl } from "./links.js";
import { isLoginNavigation } from "./navigation.js";
import { pageResponse } from "./page.js";
import { problemResponse } from "./problem.js";
import { redirect } from "./respond.js";
import { returnPath } from "./return-to.js";
import type { SignIns, Transaction } from "./transactions.js";

const day = 86_400_000;
/** From then on a sign-in renews the consent, so it must be the same account that answers. */
const renewalMs = 30 * day;

/** Begins a sign-in: remembers it in the browser and goes to Spotify. */
export async function login(context: SignInContext, request: Request, query: URLSearchParams): Promise<Response> {
  const { settings, engine, transactions } = context;
  if (!isLoginNavigation(request.method, request.headers)) return problemResponse(settings, new NotAuthenticated(loginUrl(settings)));

  const returnTo = returnPath(query.getAll("returnTo"), settings);
  const signIns = await transactions.read(request);
  if (signIns.finishedAt > 0 && readCookie(request.headers.get("cookie"), settings.cookieName) === null) return cookiesBlocked(context, signIns, returnTo);

  // A sign-in that could not be stored in the end must not begin. With no session there is nothing to read, so something absent is asked for.
  const present = await presentSession(context, request);
  if (present === null) await engine.read(await engine.keyOf(""));

  const asked = query.getAll("scope").flatMap((names) => names.split(/[ ,]+/).filter(isSpotifyScope));
  const scopes = [...new Set([...settings.scopes, ...(present?.grant.scopes.filter(isSpotifyScope) ?? []), ...asked])];
  const transaction: Transaction = {
    ...createTransactionSecrets(),
    returnTo,
    scopes,
    begunAt: settings.clock.now(),
    account: present !== null && (asked.length > 0 || isRenewal(present, settings.clock.now())) ? present.key : null,
  };
  const { issuer, clientId, redirectUri } = settings;
  const { state, codeVerifier } = transaction;
  const url = await authorizationUrl({ issuer, clientId, redirectUri: redirectUri.href, state, codeVerifier, scopes });
  return redirect(url.href, [await transactions.write({ pending: [...signIns.pending, transaction], finishedAt: 0 })]);
}

function isRenewal({ grant }: Authenticated, now: number): boolean {
  return grant.phase.name === "reauthorize" || now >= grant.reauthorizeBy - renewalMs;
}

/** A sign-in was finished seconds ago and its cookie is not here: another round would end the same. The button starts one all the same. */
async function cookiesBlocked({ settings, transactions, emitter }: SignInContext, { pending }: SignIns, returnTo: string): Promise<Response> {
  const page = {
    status: 400,
    failure: { code: "cookies_blocked", message: "A browser finished a sign-in and did not send its cookie back." },
    title: "Your browser did not keep the sign-in",
    means: "Spotify agreed, but the cookie that keeps you signed in did not come back.",
    advice: "Allow cookies for this site, then start again.",
    action: { label: "Start again", href: loginUrl(settings, { returnTo }) },
  };
  return pageResponse(emitter, page, [await transactions.write({ pending, finishedAt: 0 })]);
}
