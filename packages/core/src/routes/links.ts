import type { Settings } from "../settings/settings.js";

/**
 * An absolute URL that begins a sign-in.
 *
 * @param ask Which page to come back to, as a path; which scopes to ask for beside the usual ones; the nonce of an offer that is accepted; whether Spotify shall ask
 * although the user has already approved, so that another account can be chosen.
 */
export function loginUrl(
  settings: Settings,
  ask: { readonly returnTo?: string; readonly scopes?: readonly string[]; readonly replace?: string; readonly dialog?: boolean } = {},
): string {
  const url = new URL(`${settings.prefix}${settings.basePath}/login`, settings.redirectUri.origin);
  if (ask.returnTo !== undefined) url.searchParams.set("returnTo", ask.returnTo);
  if (ask.scopes !== undefined && ask.scopes.length > 0) url.searchParams.set("scope", ask.scopes.join(" "));
  if (ask.replace !== undefined) url.searchParams.set("replace", ask.replace);
  if (ask.dialog === true) url.searchParams.set("dialog", "true");
  return url.href;
}

/** The absolute URL of the app's own sign-in page, which is told where to go afterwards. */
export function signInPage({ redirectUri }: Settings, path: string, returnTo: string): string {
  const url = new URL(path, redirectUri.origin);
  url.searchParams.set("returnTo", returnTo);
  return url.href;
}

/** The absolute URL of a page of the app. @param path As {@link returnPath} made it. */
export function pageUrl({ redirectUri }: Settings, path: string): string {
  return `${redirectUri.origin}${path}`;
}
