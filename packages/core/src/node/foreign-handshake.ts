import { internalsOf } from "../internals.js";
import { readCookie } from "../routes/cookies.js";
import type { SpotifyAuth } from "../spotify-auth.js";
import type { NodeRequest } from "./node-message.js";
import { headOf } from "./web-request.js";

/**
 * Whether a handshake that opens a socket brings the user's cookie from a page of another origin, or from nobody knows where: it must not be answered. Browsers open
 * sockets to any site and send its cookies along, and no CORS is in the way. With the option `subject` any cookie counts, because one of them is the app's own.
 *
 * Origin and Sec-Fetch-Site must both be ours, where they are there, and one of them must be. Browsers send Origin with every WebSocket; there Sec-Fetch-Site alone would
 * not do, because Mercurius lets the other side add headers later that the browser has left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 */
export function isForeignHandshake(auth: SpotifyAuth, request: Pick<NodeRequest, "method" | "url" | "headers">): boolean {
  const { settings, emitter } = internalsOf(auth);
  const { headers } = headOf(request);
  const cookie = headers.get("cookie");
  const known = settings.subject === null ? readCookie(cookie, settings.cookieName) : cookie;
  const [origin, site] = [headers.get("origin"), headers.get("sec-fetch-site")];
  const isOurs = origin === null ? site === "same-origin" : origin === settings.redirectUri.origin && (site ?? "same-origin") === "same-origin";
  if (known === null || isOurs) return false;
  emitter.emit("forgeryBlocked", { route: "socket" });
  return true;
}
