import type { Settings } from "../settings/settings.js";

/**
 * An absolute URL that begins a sign-in.
 *
 * @param ask Which page to come back to, as a path, and which scopes to ask for beside the usual ones.
 */
export function loginUrl(settings: Settings, ask: { readonly returnTo?: string; readonly scopes?: readonly string[] } = {}): string {
  const url = new URL(`${settings.prefix}${settings.basePath}/login`, settings.redirectUri.origin);
  if (ask.returnTo !== undefined) url.searchParams.set("returnTo", ask.returnTo);
  if (ask.scopes !== undefined && ask.scopes.length > 0) url.searchParams.set("scope", ask.scopes.join(" "));
  return url.href;
}

/** The absolute URL of a page of the app. @param path As {@link returnPath} made it. */
export function pageUrl({ redirectUri }: Settings, path: string): string {
  return `${redirectUri.origin}${path}`;
}
