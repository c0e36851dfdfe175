import { type NotAuthenticated, type SpotifyAuth, type SpotifySession, requireSession } from "@refrain/core";
import { watchSession } from "@refrain/core/node";
import type { IncomingMessage } from "node:http";
import { problemOf } from "../callers/problem-of.js";
import type { Socket } from "./socket.js";

/** As HTTP's 401, among the codes that are free for apps. */
const signedOutCode = 4401;

const bound = new WeakSet<object>();

/** Closes a connection when the session ends that it was used with. Every message says it anew; the first one counts. `null`: the session is over. */
export function endWithSession(auth: SpotifyAuth, socket: Socket, session: SpotifySession | null, request: () => IncomingMessage): void {
  const { client } = socket;
  if (!socket.isOpen || bound.has(client) === (session !== null)) return;
  if (session === null) return void requireSession(auth, null).catch((error: NotAuthenticated) => end(auth, socket, error));
  bound.add(client);
  socket.onceClosed(watchSession(auth, session, request(), (error) => void end(auth, socket, error)));
}

async function end(auth: SpotifyAuth, socket: Socket, error: NotAuthenticated): Promise<void> {
  socket.end(await problemOf(auth, error), signedOutCode);
}
