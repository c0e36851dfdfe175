import type { AuthorizationServer } from "oauth4webapi";

/**
 * The accounts service in the form oauth4webapi takes. Spotify publishes no metadata for dashboard apps, so both paths are fixed.
 *
 * @param issuer An origin without a trailing slash: `https://accounts.spotify.com` or a local emulator's.
 * @see https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export function authorizationServer(issuer: string): AuthorizationServer {
  return { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/api/token` };
}

/** Whether `issuer` is plain http on this machine: the only place where requests may go unencrypted (RFC 8252 section 8.3). */
export function isLoopbackHttp(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return protocol === "http:" && (hostname === "127.0.0.1" || hostname === "[::1]");
}
