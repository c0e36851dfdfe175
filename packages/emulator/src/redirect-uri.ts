const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(:\d{1,5})?((?:[/?].*)?)$/;

/**
 * Whether a redirect URI is one of those registered: the same string, down to case, trailing slash and query.
 * The one exception is a loopback literal registered without a port, which any port fits.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 */
export function isRegistered(requested: string, registered: readonly string[]): boolean {
  if (requested.includes("#")) return false;
  return registered.some((entry) => requested === entry || fitsAnyPort(requested, entry));
}

/** Whether Spotify lets a redirect URI be used at all since November 2025: anything but plain http, which only a loopback literal may use. `localhost` is no literal. */
export function isSecure(uri: string): boolean {
  return !/^http:/i.test(uri) || loopback.test(uri);
}

/** A redirect URI with parameters added, its own query kept as it is. */
export function withParameters(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`;
}

function fitsAnyPort(requested: string, entry: string): boolean {
  const [, base, port, rest] = loopback.exec(entry) ?? [];
  if (base === undefined || port !== undefined) return false;
  const [, requestedBase, , requestedRest] = loopback.exec(requested) ?? [];
  return requestedBase === base && requestedRest === rest && URL.canParse(requested);
}
