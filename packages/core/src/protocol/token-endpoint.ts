import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  customFetch,
  None,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
  type TokenEndpointRequestOptions,
  type TokenEndpointResponse,
} from "oauth4webapi";
import { authorizationServer, isLoopbackHttp } from "./authorization-server.js";
import { sortRefusal, type TokenAnswer } from "./token-answer.js";
import { untilAborted } from "../until-aborted.js";
import { tokenFetch, Unanswered } from "./token-fetch.js";

/** Spotify's token endpoint as one client sees it. Each call sends at most one request, never rejects, and lets neither a foreign error nor a body out. */
export interface TokenEndpoint {
  /**
   * Sends one `refresh_token` request.
   *
   * @param signal Ends the request. One that was aborted before the call sends nothing, and later than that the answer is ambiguous.
   * @see RFC 6749 section 6
   * @see https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
   */
  refresh(refreshToken: string, signal?: AbortSignal): Promise<TokenAnswer>;

  /**
   * Sends one `authorization_code` request. A code is good for one request only, so nothing but `notSent` may be tried again.
   *
   * @param callback The parameters of a {@link readCallback} answer of kind `code`.
   * @param redirectUri As it was at `/authorize`, character by character.
   * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5
   */
  exchange(callback: URLSearchParams, codeVerifier: string, redirectUri: string, signal?: AbortSignal): Promise<TokenAnswer>;
}

/** Which client asks, and where. */
export interface TokenEndpointOptions {
  readonly clientId: string;
  /** Sent form-encoded by HTTP Basic, never in the body (RFC 6749 section 2.3.1). Absent: a public client, named by `client_id` in the body. */
  readonly clientSecret?: string | undefined;
  /** The accounts service's origin, `https://accounts.spotify.com` or an emulator's. Plain http is used on loopback only. */
  readonly issuer: string;
  readonly fetch: typeof globalThis.fetch;
  /**
   * Unix milliseconds. Only read to measure a `Retry-After` date in an answer without a `Date` header.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: (() => number) | undefined;
}

/** The token endpoint of `options.issuer`, asked with `options.fetch`. */
export function tokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { clientId, clientSecret, issuer, fetch, now = Date.now } = options;
  const server = authorizationServer(issuer);
  const client: Client = { client_id: clientId };
  const authentication = clientSecret === undefined ? None() : ClientSecretBasic(clientSecret);
  const insecure = isLoopbackHttp(issuer);

  async function ask(
    signal: AbortSignal | undefined,
    send: (options: TokenEndpointRequestOptions) => Promise<Response>,
    read: (response: Response) => Promise<TokenEndpointResponse>,
  ): Promise<TokenAnswer> {
    const wire = tokenFetch(fetch, now, signal);
    let status = 200;
    try {
      const response = await send({ [customFetch]: wire.fetch, [allowInsecureRequests]: insecure });
      status = response.status;
      return success(await read(response));
    } catch (failure) {
      if (failure instanceof Unanswered) return failure.answer;
      // oauth4webapi refused to send it: an http issuer, an empty token, a callback nobody validated.
      if (!wire.started()) return { kind: "misconfigured", error: "invalid_request" };
      if (status === 200) return { kind: "ambiguous", retryAfterMs: wire.retryAfterMs(), cause: "unparsable" };
      return sortRefusal(status, failure instanceof ResponseBodyError ? failure.error : null, wire.retryAfterMs());
    }
  }

  return {
    refresh: (refreshToken, signal) =>
      unlessAborted(signal, () =>
        ask(
          signal,
          (request) => refreshTokenGrantRequest(server, client, authentication, refreshToken, request),
          (response) => processRefreshTokenResponse(server, client, response),
        ),
      ),
    exchange: (callback, codeVerifier, redirectUri, signal) =>
      unlessAborted(signal, () =>
        ask(
          signal,
          (request) => authorizationCodeGrantRequest(server, client, authentication, callback, redirectUri, codeVerifier, request),
          (response) => processAuthorizationCodeResponse(server, client, response),
        ),
      ),
  };
}

function success(tokens: TokenEndpointResponse): TokenAnswer {
  return {
    kind: "success",
    accessToken: tokens.access_token,
    lifetimeMs: Math.ceil((tokens.expires_in ?? DOCUMENTED_LIFETIME_SECONDS) * 1000),
    refreshToken: tokens.refresh_token ?? null,
    scopes: tokens.scope?.split(/\s+/).filter((scope) => scope !== "") ?? null,
  };
}

// RFC 6749 section 5.1 lets `expires_in` be absent where the documentation says it: one hour, https://developer.spotify.com/documentation/web-api/concepts/access-token.
const DOCUMENTED_LIFETIME_SECONDS = 3600;

// A fetch that ignores its signal must not keep the caller.
async function unlessAborted(signal: AbortSignal | undefined, ask: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
  if (signal?.aborted === true) return { kind: "notSent" };
  return untilAborted(ask(), signal).catch(() => ({ kind: "ambiguous", retryAfterMs: null, cause: "aborted" }));
}
