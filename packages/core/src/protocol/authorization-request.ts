import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from "oauth4webapi";
import { authorizationServer } from "./authorization-server.js";

/** The two secrets of one login attempt. Neither is ever used for a second one. */
export interface TransactionSecrets {
  /** Binds the answer to the browser that asked (RFC 6749 section 10.12). */
  readonly state: string;
  /** Binds the code to whoever asked for it (RFC 7636 section 4.1). */
  readonly codeVerifier: string;
}

/** Fresh secrets for one login attempt: 256 random bits each, as 43 characters of base64url. */
export function createTransactionSecrets(): TransactionSecrets {
  return { state: generateRandomState(), codeVerifier: generateRandomCodeVerifier() };
}

/** One request for a user's consent. */
export interface AuthorizationRequest extends TransactionSecrets {
  /** The accounts service's origin. */
  readonly issuer: string;
  readonly clientId: string;
  /** As registered in the dashboard, character by character. */
  readonly redirectUri: string;
  /** Empty: public data only. */
  readonly scopes: readonly string[];
  /**
   * Whether Spotify asks again although the user has already approved.
   *
   * @defaultValue `false`: such a user may be sent straight back.
   */
  readonly showDialog?: boolean | undefined;
}

/**
 * Where the browser goes to ask for consent: a code, never a token, and always with `state` and PKCE `S256`, for confidential clients too.
 *
 * @throws TypeError when `codeVerifier` is not 43 to 128 unreserved characters.
 * @see RFC 7636 section 4.3, RFC 9700 section 2.1.1
 * @see https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export async function authorizationUrl(request: AuthorizationRequest): Promise<URL> {
  if (!/^[\w.~-]{43,128}$/.test(request.codeVerifier)) throw new TypeError("A code verifier is 43 to 128 unreserved characters.");
  const url = new URL(String(authorizationServer(request.issuer).authorization_endpoint));
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    code_challenge: await calculatePKCECodeChallenge(request.codeVerifier),
    code_challenge_method: "S256",
    ...(request.scopes.length > 0 && { scope: request.scopes.join(" ") }),
    ...(request.showDialog === true && { show_dialog: "true" }),
  }).toString();
  return url;
}
