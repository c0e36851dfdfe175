import { ConfigurationError } from "../errors/configuration-error.js";
import { MissingScopes } from "../errors/missing-scopes.js";
import type { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import type { Settings } from "../settings/settings.js";
import { errorPage, type Situation } from "./error-pages.js";
import { loginUrl, pageUrl, signInPage } from "./links.js";
import { isLoginNavigation, isNavigation, wantsPage } from "./navigation.js";
import { type Action, type PageContext, pageResponse, retryAfter } from "./page.js";
import { redirect, respond } from "./respond.js";
import { returnPath } from "./return-to.js";

/** What of a request decides how an error is told. */
export interface RequestHead {
  readonly method: string;
  /** Its path and query; an origin before them is not looked at. */
  readonly url: string;
  readonly headers: Headers;
}

/**
 * An error as the answer to the request it met. A navigation is sent to Spotify where that is the remedy, and comes back to the same page; or it gets a page that
 * helps. Everything else gets `application/problem+json`. No cookie is touched: this answer may be a late one, and the browser's cookie a newer one.
 *
 * @see RFC 9457
 */
export async function toProblem(context: PageContext, error: SpotifyAuthError, head: RequestHead, situation: Situation = "visiting"): Promise<Response> {
  const { settings, emitter } = context;
  const { method, headers } = head;
  const isForm = method === "POST" && wantsPage(headers);
  const comeBack = isForm ? formPage(settings, headers) : head.url;
  const url = situation === "visiting" ? remedyUrl(settings, error, comeBack) : null;
  if (url !== null && isLoginNavigation(method, headers) && !isWithdrawn(error)) return redirect(url);
  if (isForm || isNavigation(method, headers)) {
    // A form of the app's that is sent again from here would be empty.
    const goBack = { label: "Go back", href: pageUrl(settings, returnPath([samePage(settings, comeBack)], settings)) };
    const again: Action = isForm && situation === "visiting" ? goBack : { label: "Try again", again: isForm ? "POST" : "GET" };
    const page = errorPage(settings, error, situation, again);
    return pageResponse(context, url === null ? page : { ...page, action: { ...page.action, href: url } });
  }
  if (error.status >= 500) emitter.emit("failureAnswered", { code: error.code, message: error.message, reference: null });
  return problemResponse(settings, error);
}

/** The page whose form this is, as far as the browser tells. */
function formPage({ redirectUri, returnTo }: Settings, headers: Headers): string {
  const referer = headers.get("referer") ?? "";
  return URL.canParse(referer) && new URL(referer).origin === redirectUri.origin ? referer : returnTo;
}

/** An error as `application/problem+json`. */
export function problemResponse(settings: Settings, error: SpotifyAuthError): Response {
  const { code, status, message, retryAfterMs } = error;
  // What is wrong with the configuration is for whoever runs the app.
  const detail = error instanceof ConfigurationError ? "This app is not set up correctly. Its log says what to change." : message;
  const missing = error instanceof MissingScopes ? error.missing : undefined;
  const reauthorizeUrl = missing === undefined ? error.reauthorizeUrl : loginUrl(settings, { scopes: missing });
  const reason = "reason" in error ? error.reason : undefined;
  return problem(status, code, detail, { reauthorizeUrl, retryAfterMs, missing, reason }, retryAfter(retryAfterMs));
}

/** A problem that is nobody's error: a foreign page, a wrong method, an unknown path. */
export function problem(status: number, code: string, detail: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): Response {
  const body = { type: "about:blank", title: titles[status] ?? "Error", status, code, detail, ...more };
  return respond(status, JSON.stringify(body), { "content-type": "application/problem+json", ...headers });
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** Where the remedy is, with the way back; `null` = nowhere to send anybody. */
function remedyUrl(settings: Settings, error: SpotifyAuthError, url: string): string | null {
  const returnTo = returnPath([samePage(settings, url)], settings);
  if (error instanceof MissingScopes) return error.missing.length === 0 ? null : loginUrl(settings, { returnTo, scopes: error.missing });
  if (error.code === "not_authenticated" && isSignInPage(settings, url)) return null;
  // Where Spotify is linked, the login route knows whether it is the app's own sign-in that is missing.
  if (error.code === "not_authenticated" && settings.pages.signIn !== null && settings.subject === null) {
    return signInPage(settings, settings.pages.signIn, returnTo);
  }
  return error.code === "not_authenticated" || error.code === "reauthorization_required" ? loginUrl(settings, { returnTo }) : null;
}

/** The same for a page that sends its user there by itself. */
export function ownRemedyUrl(settings: Settings, error: SpotifyAuthError, url: string): string | null {
  return isWithdrawn(error) ? null : remedyUrl(settings, error, url);
}

/** Spotify refuses what the user has granted: it would send the user straight back, and the page would do the same for ever. */
function isWithdrawn(error: SpotifyAuthError): boolean {
  return error instanceof MissingScopes && error.withdrawn;
}

/** Whoever is on the app's own sign-in page, because a guard or Next's proxy is for all pages, would be sent there for ever. */
function isSignInPage(settings: Settings, url: string): boolean {
  const { pages, redirectUri } = settings;
  if (pages.signIn === null) return false;
  const [here = ""] = samePage(settings, url).split("?", 1);
  const there = new URL(pages.signIn, redirectUri.origin).pathname;
  return here.replace(/\/$/, "") === there.replace(/\/$/, "");
}

/** The request's path and query as the public sees them. */
export function samePage({ prefix, redirectUri }: Settings, url: string): string {
  if (!URL.canParse(url, redirectUri.origin)) return "";
  const { pathname, search } = new URL(url, redirectUri.origin);
  const seen = prefix === "" || pathname === prefix || pathname.startsWith(`${prefix}/`);
  return `${seen ? "" : prefix}${pathname}${search}`;
}
