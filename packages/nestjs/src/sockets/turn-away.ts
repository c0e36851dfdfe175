import type { SpotifyAuth } from "@refrain/core";
import { isForeignHandshake } from "@refrain/core/node";
import type { IncomingMessage } from "node:http";
import type { Problem } from "../callers/problem-of.js";
import type { Socket } from "./socket.js";

/** As HTTP's 403, among the codes that are free for apps. */
const foreignCode = 4403;

const foreign: Problem = {
  status: 403,
  code: "foreign_origin",
  detail: "This socket was opened by a page of another origin than the redirect URI's, or by a program that names none. Open it from the app itself.",
};

/** Closes a connection that another site's page has opened in the user's name. Returns whether it did. */
export function turnAway(auth: SpotifyAuth, socket: Socket, request: IncomingMessage): boolean {
  const isForeign = isForeignHandshake(auth, request);
  if (isForeign) socket.end(foreign, foreignCode);
  return isForeign;
}
