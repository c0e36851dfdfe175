import type { EmulatorClient } from "./clients.js";
import { isRegistered, isSecure } from "./redirect-uri.js";
import { singleParameters } from "./reply.js";
import { isScope, type Scope } from "./scopes.js";

/** A request to `/authorize` in which everything holds. */
export interface AuthorizationRequest {
  readonly client: EmulatorClient;
  readonly redirectUri: string;
  readonly state?: string;
  readonly scopes: readonly Scope[];
  /** `true`: ask even a user who has approved before. */
  readonly showDialog: boolean;
  readonly challenge: string | null;
}

/**
 * Checks the query of `/authorize`. What fails is never told to the app: Spotify shows the user a text page, because the redirect URI cannot be trusted yet.
 * Spotify's order of checks is unpublished; this is client, response type, redirect URI, scopes, PKCE.
 */
export function readAuthorizationRequest(
  query: URLSearchParams,
  clients: ReadonlyMap<string, EmulatorClient>,
): AuthorizationRequest | { readonly refused: string } {
  const read = singleParameters(query);
  if ("repeated" in read) return { refused: "A parameter is repeated" };
  const { parameters } = read;
  for (const name of ["client_id", "response_type", "redirect_uri"]) if (!parameters.get(name)) return { refused: `Missing required parameter: ${name}` };
  const client = clients.get(parameters.get("client_id") ?? "");
  if (client === undefined) return { refused: "INVALID_CLIENT: Invalid client" };
  if (parameters.get("response_type") !== "code") return { refused: "response_type must be code" };
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!isRegistered(redirectUri, client.redirectUris)) return { refused: "INVALID_CLIENT: Invalid redirect URI" };
  if (!isSecure(redirectUri)) return { refused: "INVALID_CLIENT: Insecure redirect URI" };
  const names = [...new Set((parameters.get("scope") ?? "").split(" ").filter((name) => name !== ""))];
  const scopes = names.filter(isScope);
  if (scopes.length < names.length) return { refused: "Illegal scope" };
  const challenge = readChallenge(parameters, client);
  if (typeof challenge === "object" && challenge !== null) return challenge;
  const state = parameters.get("state");
  return { client, redirectUri, scopes, challenge, showDialog: parameters.get("show_dialog") === "true", ...(state === undefined ? {} : { state }) };
}

/** `plain` protects nothing and is refused (RFC 9700, 2.1.1). Without a method RFC 7636 means `plain`, so the method is required. */
function readChallenge(parameters: ReadonlyMap<string, string>, client: EmulatorClient): string | null | { readonly refused: string } {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) {
    return client.clientSecret === undefined ? { refused: "code_challenge is required for a client without a secret" } : null;
  }
  if (method !== "S256") return { refused: "code_challenge_method must be S256" };
  return challenge !== undefined && /^[A-Za-z0-9\-_]{43}$/.test(challenge) ? challenge : { refused: "code_challenge is invalid" };
}
