import type { EmulatorClient } from "./clients.js";
import { sameCredential } from "./credentials.js";

/** Who a token request says it comes from, and by what proof. */
export type ClaimedClient =
  | { readonly kind: "claim"; readonly clientId: string; readonly secret: string | null }
  | { readonly kind: "malformed"; readonly why: string }
  /** Basic and a secret in the body: one request must not use two methods (RFC 6749, 2.3). */
  | { readonly kind: "two-methods" };

export type AuthenticatedClient =
  | { readonly kind: "authenticated"; readonly client: EmulatorClient }
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong-secret" }
  /** The client has a secret and sent none. */
  | { readonly kind: "no-secret" };

/** Reads the `Authorization` header and the body; proves nothing yet. */
export function claimedClient(authorization: string | undefined, parameters: ReadonlyMap<string, string>): ClaimedClient {
  const bodyId = parameters.get("client_id");
  const bodySecret = parameters.get("client_secret") ?? null;
  if (authorization === undefined) {
    return bodyId ? { kind: "claim", clientId: bodyId, secret: bodySecret } : { kind: "malformed", why: "The request names no client." };
  }
  if (bodySecret !== null) return { kind: "two-methods" };
  const basic = decodeBasic(authorization);
  if (basic === null) return { kind: "malformed", why: "The Authorization header is not Basic with a form-encoded id and secret." };
  if (bodyId !== undefined && bodyId !== basic.clientId) return { kind: "malformed", why: "Header and body name different clients." };
  return { kind: "claim", ...basic };
}

export function authenticate(
  claim: { readonly clientId: string; readonly secret: string | null },
  clients: ReadonlyMap<string, EmulatorClient>,
): AuthenticatedClient {
  const client = clients.get(claim.clientId);
  if (client === undefined) return { kind: "unknown" };
  if (client.clientSecret === undefined) return claim.secret === null ? { kind: "authenticated", client } : { kind: "wrong-secret" };
  if (claim.secret === null) return { kind: "no-secret" };
  return sameCredential(claim.secret, client.clientSecret) ? { kind: "authenticated", client } : { kind: "wrong-secret" };
}

/** Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1), so a colon in either survives. */
function decodeBasic(authorization: string): { readonly clientId: string; readonly secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const [clientId, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8"))?.slice(1) ?? [];
  if (!clientId || secret === undefined) return null;
  try {
    return { clientId: decodeForm(clientId), secret: decodeForm(secret) };
  } catch {
    return null;
  }
}

function decodeForm(value: string): string {
  return decodeURIComponent(value.replaceAll("+", " "));
}
