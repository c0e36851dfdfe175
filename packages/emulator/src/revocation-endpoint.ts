import { empty, text } from "./answer.js";
import { formHeaders, provenClient, readForm, refuse } from "./form-endpoint.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import type { World } from "./world.js";

/**
 * `POST /oauth2/revoke/v1` (RFC 7009), where the emulator is set to serve it: Spotify's discovery document names it, but nobody has shown that it serves
 * dashboard apps. Failures look like the token endpoint's. `token_type_hint` is not needed to find a token, so it counts for nothing.
 */
export function answerRevocation(world: World, request: ReceivedRequest): Reply {
  if (!world.options.revocation) return { answer: text(404, "Not Found"), what: "404", why: "The emulator is set not to serve revocation." };
  const read = readForm(request);
  if ("answer" in read) return read;
  const proven = provenClient(world, request, read.parameters);
  if ("answer" in proven) return proven;
  const presented = read.parameters.get("token");
  if (!presented) return refuse(400, "invalid_request", "token must be supplied", "The body has no token.");
  const refreshToken = world.grants.findRefreshToken(presented);
  const accessToken = world.grants.findAccessToken(presented);
  const owner = refreshToken?.grant.clientId ?? accessToken?.clientId;
  if (owner === undefined) return done("unknown-token", "No such token was ever issued, so there is nothing to revoke.");
  // RFC 7009, 2.1: the request is refused and the client is told.
  if (owner !== proven.client.clientId) return refuse(400, "invalid_grant", "Invalid token", "The token belongs to another client.", {}, "another-client");
  if (accessToken !== null) {
    accessToken.revoked = true;
    return done("revoked-access-token", "The access token was revoked; its grant lives on.");
  }
  if (refreshToken !== null) world.grants.end(refreshToken.grant, "The app revoked it.");
  return done("revoked", "The grant's refresh tokens are dead, even if a spent one was presented; its access tokens live up to their hour.");
}

function done(what: string, why: string): Reply {
  return { answer: empty(200, formHeaders), what, why };
}
