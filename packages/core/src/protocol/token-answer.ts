/**
 * What one request to the token endpoint came to, as far as a grant is concerned. Apart from the tokens of a success it carries no text that came over the wire: error codes are matched
 * against a fixed list, descriptions and bodies are dropped.
 */
export type TokenAnswer =
  /** 200 with an access token. `refreshToken` is `null` when the old one stays, `scopes` when they are unchanged (on the first answer: as requested, RFC 6749 section 5.1). */
  | {
      readonly kind: "success";
      readonly accessToken: string;
      readonly lifetimeMs: number;
      readonly refreshToken: string | null;
      readonly scopes: readonly string[] | null;
    }
  /** Nothing can have reached Spotify: no address, no connection, no trusted TLS session. */
  | { readonly kind: "notSent" }
  /** 429, or the error `slow_down`. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number | null }
  /** The client, not the user, is refused. `error` is an OAuth error code from a fixed list, or `unknown_error`. */
  | { readonly kind: "misconfigured"; readonly error: string }
  /** Nobody knows whether the refresh token or the code was spent. */
  | { readonly kind: "ambiguous"; readonly retryAfterMs: number | null; readonly cause: AmbiguousCause }
  /** 400 with the JSON error `invalid_grant`, and nothing else ever. */
  | { readonly kind: "terminal" };

/** Why an answer settles nothing: an unexpected status, a redirect, a broken connection, the caller's abort, a body over the limit, or one that is not a token response. */
export type AmbiguousCause = "status" | "redirect" | "connection" | "aborted" | "oversize" | "unparsable";

/**
 * Sorts an answer that is not a success.
 *
 * An unlisted error code is ambiguous, not misconfigured: it then costs one user a wait, and not every user of the client.
 *
 * @param error The OAuth error code of a JSON body, `null` when there is none.
 * @see RFC 6749 section 5.2, RFC 8628 section 3.5 for `slow_down`
 */
export function sortRefusal(status: number, error: string | null, retryAfterMs: number | null): TokenAnswer {
  if (status === 429 || error === "slow_down") return { kind: "throttled", retryAfterMs };
  if (status === 400 && error === "invalid_grant") return { kind: "terminal" };
  if (error !== null && CLIENT_ERRORS.has(error)) return { kind: "misconfigured", error };
  // Spotify answers a wrong method and a wrong content type with `server_error`; both are ours to mend.
  if (status === 405 || status === 415) return { kind: "misconfigured", error: error === "server_error" ? error : "unknown_error" };
  return { kind: "ambiguous", retryAfterMs, cause: "status" };
}

const CLIENT_ERRORS: ReadonlySet<string> = new Set(["invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_grant_type"]);
