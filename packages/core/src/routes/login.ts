import { isRenewable } from "../machine/consent.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import { authorizationUrl, createTransactionSecrets } from "../protocol/authorization-request.js";
import { sameText } from "../protocol/same-text.js";
import { isSpotifyScope } from "../scopes.js";
import { presentSession, type SignInContext } from "./context.js";
import { readCookie } from "./cookies.js";
import { loginUrl, pageUrl, signInPage } from "./links.js";
import { isLoginNavigation } from "./navigation.js";
import { pageResponse } from "./page.js";
import { problemResponse } from "./problem.js";
import { redirect } from "./respond.js";
import { returnPath } from "./return-to.js";
import type { SignIns, Transaction } from "./transactions.js";

/** Begins a sign-in: remembers it in the browser and goes to Spotify. */
export async function login(context: SignInContext, request: Request, query: URLSearchParams): Promise<Response> {
  const { settings, engine, transactions, subjectKey } = context;
  if (!isLoginNavigation(request.method, request.headers)) return problemResponse(settings, new NotAuthenticated(loginUrl(settings)));

  const returnTo = returnPath(query.getAll("returnTo"), settings);
  const signIns = await transactions.read(request);
  if (subjectKey === null) return notSignedIn(context, returnTo);
  if (subjectKey === undefined && signIns.finishedAt > 0 && readCookie(request.headers.get("cookie"), settings.cookieName) === null)
    return cookiesBlocked(context, signIns, returnTo);

  // A sign-in that could not be stored in the end must not begin. With no session there is nothing to read, so something absent is asked for.
  const present = await presentSession(context, request);
  if (present === null) await engine.read(await engine.keyOf(""));

  const asked = query.getAll("scope").flatMap((names) => names.split(/[ ,]+/).filter(isSpotifyScope));
  const scopes = [...new Set([...settings.scopes, ...(present?.grant.scopes.filter(isSpotifyScope) ?? []), ...asked])];
  const replacesWith = answeredOffer(signIns, subjectKey, query);
  const transaction: Transaction = {
    ...createTransactionSecrets(),
    returnTo,
    scopes,
    begunAt: settings.clock.now(),
    account: present !== null && (asked.length > 0 || isRenewable(present.grant, settings.clock.now())) ? present.key : null,
    subject: subjectKey ?? null,
    replacesWith,
  };
  const { issuer, clientId, redirectUri } = settings;
  const { state, codeVerifier } = transaction;
  // Whoever signed out, or kept the account that is linked, chooses at Spotify: by itself it would bounce back the one that is signed in there.
  const mayChoose = signIns.leftAt > 0 || (signIns.offer !== null && replacesWith === null);
  const showDialog = mayChoose || query.get("dialog") === "true";
  const url = await authorizationUrl({ issuer, clientId, redirectUri: redirectUri.href, state, codeVerifier, scopes, showDialog });
  return redirect(url.href, [await transactions.write({ ...signIns, pending: [...signIns.pending, transaction], finishedAt: 0, offer: null })]);
}

/** Who may take the linked account's place: as a page of ours asked this very user of the app, and its link answers. */
function answeredOffer({ offer }: SignIns, subjectKey: string | undefined, query: URLSearchParams): string | null {
  return offer !== null && offer.subject === subjectKey && sameText(query.get("replace") ?? "", offer.nonce) ? offer.user : null;
}

/** Spotify is linked to the app's own account, and nobody is signed in to that. */
async function notSignedIn({ settings, emitter }: SignInContext, returnTo: string): Promise<Response> {
  if (settings.pages.signIn !== null) return redirect(signInPage(settings, settings.pages.signIn, returnTo));
  return pageResponse(
    { settings, emitter },
    {
      status: 401,
      failure: { code: "not_authenticated", message: "Nobody is signed in to the app, so there is no account that Spotify could be linked to." },
      title: "Sign in to this app first",
      means: "Spotify is linked to your account here, and you are not signed in to it.",
      advice: "Sign in, then link Spotify.",
      action: { label: "Open the app", href: pageUrl(settings, settings.returnTo) },
    },
  );
}

/** A sign-in was finished seconds ago and its cookie is not here: another round would end the same. The button starts one all the same. */
async function cookiesBlocked({ settings, transactions, emitter }: SignInContext, signIns: SignIns, returnTo: string): Promise<Response> {
  const page = {
    status: 400,
    failure: { code: "cookies_blocked", message: "A browser finished a sign-in and did not send its cookie back." },
    title: "Your browser did not keep the sign-in",
    means: "Spotify agreed, but the cookie that keeps you signed in did not come back.",
    advice: "Allow cookies for this site, then start again.",
    action: { label: "Start again", href: loginUrl(settings, { returnTo }) },
  };
  return pageResponse({ settings, emitter }, page, [await transactions.write({ ...signIns, finishedAt: 0 })]);
}
