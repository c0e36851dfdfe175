import { json } from "./answer.js";
import type { EmulatorClient } from "./clients.js";
import { verifierFits } from "./codes.js";
import { formHeaders, provenClient, readForm, refuse, type Parameters } from "./form-endpoint.js";
import type { Grant, Issued } from "./grants.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import { inAnotherOrder } from "./scopes.js";
import type { World } from "./world.js";

/** `POST /api/token`. Every failure is 400 with JSON, but for 405 and 415. */
export function answerTokenRequest(world: World, request: ReceivedRequest): Reply {
  const read = readForm(request);
  if ("answer" in read) return read;
  const { parameters } = read;
  const grantType = parameters.get("grant_type");
  if (!grantType)
    return refuse(400, "unsupported_grant_type", "grant_type parameter is missing", "The body has no grant_type; JSON sent as a form looks like this.");
  const handler = handlers.get(grantType);
  if (handler === undefined)
    return refuse(400, "unsupported_grant_type", `grant_type ${grantType.slice(0, 64)} is not supported`, "There is no such grant type.");
  const proven = provenClient(world, request, parameters, grantType === "refresh_token" ? refreshWithoutSecret : undefined);
  return "answer" in proven ? proven : handler(world, proven.client, parameters);
}

const refreshWithoutSecret = refuse(
  400,
  "invalid_request",
  "Client authentication is required",
  "A token from the flow with a secret was presented without it.",
);

type GrantHandler = (world: World, client: EmulatorClient, parameters: Parameters) => Reply;

const handlers: ReadonlyMap<string, GrantHandler> = new Map([
  ["authorization_code", exchangeCode],
  ["refresh_token", refresh],
  ["client_credentials", grantToClient],
]);

function exchangeCode(world: World, client: EmulatorClient, parameters: Parameters): Reply {
  const presented = parameters.get("code");
  const redirectUri = parameters.get("redirect_uri");
  if (!presented) return refuse(400, "invalid_request", "code must be supplied", "The body has no code.");
  if (!redirectUri) return refuse(400, "invalid_request", "redirect_uri must be supplied", "The body has no redirect_uri.");
  const code = world.codes.find(presented);
  if (code === null || code.clientId !== client.clientId)
    return refuseGrant("Invalid authorization code", "unknown-code", "No such code was issued to this client.");
  const fits = verifierFits(code, parameters.get("code_verifier") ?? null);
  if (code.grant !== null) {
    // Whoever proves the verifier holds what only the first user of the code should hold (OAuth 2.1, 7.5.2); without it a thief could revoke at will.
    if (fits) world.grants.end(code.grant, "The code it came from was presented again.", true);
    return refuseGrant("Invalid authorization code", "code-replayed", "The code was used before; what it had brought is revoked if the verifier was right.");
  }
  if (world.clock.now() >= code.expiresAt) return refuseGrant("Authorization code expired", "code-expired", "The code was too old.");
  if (redirectUri !== code.redirectUri) return refuseGrant("Invalid redirect URI", "redirect-uri", "The redirect URI is not the one the code was issued for.");
  if (!fits) return refuseGrant("code_verifier was incorrect", "verifier", "The verifier does not fit the challenge.");
  const { grant, issued } = world.grants.open(code);
  code.grant = grant;
  return tokens(world, issued, grant, "authorized", "The code was exchanged for the first tokens.");
}

function refresh(world: World, client: EmulatorClient, parameters: Parameters): Reply {
  const presented = parameters.get("refresh_token");
  if (!presented) return refuse(400, "invalid_request", "refresh_token must be supplied", "The body has no refresh_token.");
  const token = world.grants.findRefreshToken(presented);
  if (token === null) return refuseGrant("Invalid refresh token", "unknown", "No such refresh token was ever issued.");
  if (token.grant.clientId !== client.clientId) return refuseGrant("Invalid refresh token", "another-client", "The refresh token belongs to another client.");
  const outcome = world.grants.refresh(token, world.behaviour);
  switch (outcome.kind) {
    case "kept":
      return tokens(world, outcome.issued, token.grant, "refreshed", "A new access token; the refresh token stays as it is.");
    case "rotated":
      return tokens(world, outcome.issued, token.grant, "rotated", "A new access token and a new refresh token; the one presented is spent.");
    case "refused":
      return refuseRefresh(outcome.because);
  }
}

function refuseRefresh(because: "revoked" | "superseded" | "expired" | "replayed-revoked-family"): Reply {
  switch (because) {
    case "expired":
      return refuseGrant("Refresh token expired", "expired", "Six months have passed since the user's authorization.");
    case "revoked":
      return refuseGrant("Refresh token revoked", "revoked", "The grant had ended before.");
    case "superseded":
      return refuseGrant("Refresh token revoked", "superseded", "A newer refresh token had taken its place.");
    case "replayed-revoked-family":
      return { ...refuseGrant("Refresh token revoked", because, "A spent refresh token came back, so the whole grant was revoked."), what: because };
  }
}

function grantToClient(world: World, client: EmulatorClient): Reply {
  if (client.clientSecret === undefined) return refuse(400, "invalid_client", "Invalid client", "A client without a secret cannot act for itself.");
  const issued = world.grants.openForClient(client.clientId);
  const body = { access_token: issued.access, token_type: "bearer", expires_in: lifetimeInSeconds(world) };
  return { answer: json(200, body, formHeaders), what: "client-credentials", why: "An access token for the app itself.", issued };
}

function tokens(world: World, issued: Issued, grant: Grant, what: string, why: string): Reply {
  const body = {
    access_token: issued.access,
    token_type: "Bearer",
    expires_in: lifetimeInSeconds(world),
    ...(issued.refresh === undefined ? {} : { refresh_token: issued.refresh }),
    scope: inAnotherOrder(grant.scopes).join(" "),
  };
  return { answer: json(200, body, formHeaders), what, why, issued };
}

function lifetimeInSeconds(world: World): number {
  return Math.floor(world.options.accessTokenLifetimeMs / 1000);
}

function refuseGrant(description: string, detail: string, why: string): Reply {
  return refuse(400, "invalid_grant", description, why, {}, detail);
}
