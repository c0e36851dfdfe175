import { internalsOf } from "../internals.js";
import { readCookie } from "../routes/cookies.js";
import { isSameOrigin } from "../routes/same-origin.js";
import type { SpotifyAuth } from "../spotify-auth.js";
import type { NodeRequest } from "./node-message.js";
import { headOf } from "./web-request.js";

/**
 * Whether a handshake that opens a socket brings the user's cookie from a page of another origin, or from nobody knows where: it must not be answered. Browsers open
 * sockets to any site and send its cookies along, and no CORS is in the way. With the option `subject` any cookie counts, because one of them is the app's own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 */
export function isForeignHandshake(auth: SpotifyAuth, request: Pick<NodeRequest, "method" | "url" | "headers">): boolean {
  const { settings, emitter } = internalsOf(auth);
  const { headers } = headOf(request);
  const cookie = headers.get("cookie");
  const known = settings.subject === null ? readCookie(cookie, settings.cookieName) : cookie;
  if (known === null || isSameOrigin(headers, settings.redirectUri.origin)) return false;
  emitter.emit("forgeryBlocked", { route: "socket" });
  return true;
}
