import { readCallback } from "../../src/protocol/authorization-response.js";
import { type TokenEndpoint, tokenEndpoint, type TokenEndpointOptions } from "../../src/protocol/token-endpoint.js";

export const CLIENT_ID = "0123456789abcdef0123456789abcdef";
export const REDIRECT_URI = "http://127.0.0.1:3000/auth/spotify/callback";
/** RFC 7636 Appendix B. */
export const CODE_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/** What Spotify answers when all is well. */
export const TOKENS = {
  access_token: "BQaccess",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "AQrefresh",
  scope: "user-read-email user-read-private",
};

/** The token endpoint of a local server. */
export function endpointAt(issuer: string, options: Partial<TokenEndpointOptions> = {}): TokenEndpoint {
  return tokenEndpoint({ clientId: CLIENT_ID, issuer, fetch, ...options });
}

/** A token endpoint whose every request is answered by `answer`, without a network. */
export function endpointOf(
  answer: (...request: Parameters<typeof fetch>) => Response | Promise<Response>,
  options: Partial<TokenEndpointOptions> = {},
): TokenEndpoint {
  return tokenEndpoint({ clientId: CLIENT_ID, issuer: "https://accounts.spotify.com", fetch: async (...request) => answer(...request), ...options });
}

/** The parameters of a good callback, as the routes get them. */
export function goodCallback(issuer: string, code = "AQcode"): URLSearchParams {
  const callback = readCallback(new URLSearchParams({ code, state: "s" }), { state: "s", issuer, clientId: CLIENT_ID });
  if (callback.kind !== "code") throw new Error("the callback was not accepted");
  return callback.parameters;
}
