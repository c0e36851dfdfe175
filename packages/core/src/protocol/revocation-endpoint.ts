import { allowInsecureRequests, ClientSecretBasic, customFetch, None, revocationRequest } from "oauth4webapi";
import type { Clock } from "../clock.js";
import { authorizationServer, isLoopbackHttp } from "./authorization-server.js";
import { discard } from "./bounded-body.js";

/** Asks for the revocation of a refresh token. Resolves to the status of the last answer, `null` when none came in time; never rejects. */
export type Revoke = (refreshToken: string) => Promise<number | null>;

/** Which client asks, and where. */
export interface RevocationOptions {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly issuer: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

const deadlineMs = 2_000;

/**
 * The revocation endpoint that Spotify's OpenID metadata names. Spotify documents no revocation for dashboard apps, and nobody has shown that this one serves them:
 * whatever it answers, nothing may depend on it. A 503 is asked once more.
 *
 * @see RFC 7009 sections 2.1 and 2.2
 */
export function revocationEndpoint({ clientId, clientSecret, issuer, fetch, clock }: RevocationOptions): Revoke {
  const server = { ...authorizationServer(issuer), revocation_endpoint: `${issuer}/oauth2/revoke/v1` };
  const authentication = clientSecret === undefined ? None() : ClientSecretBasic(clientSecret);

  async function ask(refreshToken: string): Promise<number | null> {
    const deadline = new AbortController();
    const cancel = clock.after(deadlineMs, () => deadline.abort(), true);
    try {
      const response = await revocationRequest(server, { client_id: clientId }, authentication, refreshToken, {
        additionalParameters: { token_type_hint: "refresh_token" },
        signal: deadline.signal,
        [allowInsecureRequests]: isLoopbackHttp(issuer),
        [customFetch]: (url: string, init: RequestInit) => fetch(url, { ...init, redirect: "manual", cache: "no-store" }),
      });
      discard(response.body);
      return response.status;
    } catch {
      return null;
    } finally {
      cancel();
    }
  }

  return async (refreshToken) => {
    const status = await ask(refreshToken);
    return status === 503 ? ask(refreshToken) : status;
  };
}
