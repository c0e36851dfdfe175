import { empty } from "./answer.js";
import { bearerOf } from "./bearer.js";
import type { EmulatorClient } from "./clients.js";
import type { AccessToken } from "./grants.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import { requiredScopes } from "./required-scopes.js";
import { route } from "./route.js";
import { allowlistRefusal, apiError, apiHeaders, noToken, ownerRefusal, unauthorized } from "./web-api-errors.js";
import { readCall, type Call } from "./web-api-call.js";
import { answerCall } from "./web-api-bodies.js";
import type { World } from "./world.js";

/** `/v1/*`: who is calling, whether the app and the user may, whether the scopes suffice, and then an invented but plausible body. */
export function answerApiRequest(world: World, request: ReceivedRequest): Reply {
  if (request.method === "OPTIONS") {
    const headers = { ...apiHeaders, "access-control-allow-methods": "GET, POST, PUT, DELETE", "access-control-allow-headers": "authorization, content-type" };
    return { answer: empty(204, headers), what: "preflight", why: "A browser asked whether it may call." };
  }
  const found = route(request.method === "HEAD" ? "GET" : request.method, request.url.pathname);
  if (found.kind === "unknown") return { answer: apiError(404, "Service not found"), what: "404", why: "There is no such path." };
  if (found.kind === "other-method")
    return { answer: apiError(405, "Method not allowed", { allow: found.allow }), what: "405", why: "The path knows other methods." };
  const token = liveToken(world, request);
  if ("answer" in token) return token;
  const client = world.clients.get(token.clientId);
  const refused = client === undefined ? null : refuseApp(client, token);
  if (refused !== null) return refused;
  if (client?.quota === "development" && found.operation.withheldSince !== undefined) {
    return { answer: apiError(403, "Forbidden"), what: "withheld", why: `Apps in development mode lost this operation on ${found.operation.withheldSince}.` };
  }
  const call = readCall(world, request, found, token);
  if ("answer" in call) return call;
  return refuseUser(call) ?? { answer: answerCall(call), what: "answered", why: "The token was good and its scopes sufficed." };
}

/** What the Web API says of an expired token. */
export function expiredText(world: World): string {
  return world.options.unauthorizedTexts === "2026" ? text2026 : "The access token expired";
}

const text2026 = "Missing/invalid/expired access token";

function liveToken(world: World, request: ReceivedRequest): AccessToken | Reply {
  const today = world.options.unauthorizedTexts === "2026";
  const bearer = bearerOf(request);
  if (bearer.kind === "none") return { answer: noToken(today ? text2026 : "No token provided"), what: "401:none", why: "The request brought no token." };
  if (bearer.kind === "malformed")
    return { answer: apiError(400, "Only valid bearer authentication supported"), what: "400:bearer", why: "The bearer is empty or no token at all." };
  const token = world.grants.findAccessToken(bearer.token);
  if (token === null || token.revoked)
    return { answer: unauthorized(today ? text2026 : "Invalid access token"), what: "401:invalid", why: "No such access token lives." };
  if (world.clock.now() >= token.expiresAt) return { answer: unauthorized(expiredText(world)), what: "401:expired", why: "The access token has expired." };
  return token;
}

function refuseApp(client: EmulatorClient, token: AccessToken): Reply | null {
  if (client.ownerHasPremium === false) return { answer: ownerRefusal, what: "403:owner", why: "The app's owner has no Premium." };
  if (client.allowlist !== undefined && token.user !== null && !client.allowlist.includes(token.user)) {
    return { answer: allowlistRefusal, what: "403:allowlist", why: "The user is not on the app's list." };
  }
  return null;
}

function refuseUser(call: Call): Reply | null {
  const { operation, touched, token, user } = call;
  const ofUser = call.template.startsWith("/v1/me");
  if (ofUser && user === null)
    return { answer: unauthorized("Valid user authentication required"), what: "401:no-user", why: "The token belongs to the app, not to a user." };
  const missing = requiredScopes(operation, touched).find((oneOf) => !oneOf.some((scope) => token.scopes.includes(scope)));
  const player = call.template.startsWith("/v1/me/player");
  if (missing !== undefined) {
    const answer = player ? unauthorized("Permissions missing") : apiError(403, "Insufficient client scope");
    return { answer, what: player ? "401:scope" : "403:scope", why: `The token lacks ${missing.join(" or ")}.` };
  }
  if (operation.premium === true && user?.premium !== true) {
    return {
      answer: apiError(403, "Player command failed: Premium required", {}, "PREMIUM_REQUIRED"),
      what: "403:premium",
      why: "The listener has no Premium.",
    };
  }
  return null;
}
