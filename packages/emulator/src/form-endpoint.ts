import { empty, json } from "./answer.js";
import { authenticate, claimedClient } from "./client-authentication.js";
import type { EmulatorClient } from "./clients.js";
import { singleParameters, type ReceivedRequest, type Reply } from "./reply.js";
import type { World } from "./world.js";

export type Parameters = ReadonlyMap<string, string>;

/** Browsers may call these endpoints from any origin, as Spotify's own PKCE sample does. */
export const formHeaders: Readonly<Record<string, string>> = { pragma: "no-cache", "access-control-allow-origin": "*" };

/** The parameters of a form-encoded POST; the reply where it is none. */
export function readForm(request: ReceivedRequest): { readonly parameters: Parameters } | Reply {
  if (request.method === "OPTIONS") {
    const headers = { ...formHeaders, "access-control-allow-methods": "POST", "access-control-allow-headers": "authorization, content-type" };
    return { answer: empty(204, headers), what: "preflight", why: "A browser asked whether it may call." };
  }
  if (request.method !== "POST") return refuse(405, "server_error", "Unexpected status: 405", "Only POST is served.", { allow: "POST" });
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return refuse(415, "server_error", "Unexpected status: 415", "The body must be form-encoded.");
  }
  const read = singleParameters(new URLSearchParams(request.body));
  return "repeated" in read ? refuse(400, "invalid_request", "A parameter is repeated", "A parameter came twice.") : read;
}

/** The client that a request proves to come from; the reply where it proves none. */
export function provenClient(
  world: World,
  request: ReceivedRequest,
  parameters: Parameters,
  noSecret: Reply = refuse(400, "invalid_client", "Invalid client", "The client has a secret and did not send it.", {}, "no-secret"),
): { readonly client: EmulatorClient } | Reply {
  const claim = claimedClient(request.headers.authorization, parameters);
  if (claim.kind === "two-methods")
    return refuse(400, "invalid_request", "Only one client authentication method may be used", "The secret came in the header and in the body.");
  if (claim.kind === "malformed") return refuse(400, "invalid_client", "Invalid client", claim.why);
  const result = authenticate(claim, world.clients);
  switch (result.kind) {
    case "unknown":
      return refuse(400, "invalid_client", "Failed to get client", "No app has this client id.");
    case "wrong-secret":
      return refuse(400, "invalid_client", "Invalid client secret", "The secret is not this client's.", {}, "wrong-secret");
    case "no-secret":
      return noSecret;
    case "authenticated":
      return { client: result.client };
  }
}

/** An error as OAuth writes it. `detail` tells the log more than the app. */
export function refuse(
  status: number,
  error: string,
  description: string,
  why: string,
  headers: Readonly<Record<string, string>> = {},
  detail?: string,
): Reply {
  const answer = json(status, { error, error_description: description }, { ...formHeaders, ...headers });
  return { answer, what: detail === undefined ? error : `${error}:${detail}`, why };
}
