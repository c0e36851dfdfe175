import { ConfigurationError } from "@refrain/core";
import type { IncomingMessage } from "node:http";
import { type GatewayClient, isIo } from "./socket.js";

const handshakes = new WeakMap<GatewayClient, IncomingMessage | undefined>();

/** Remembers the request that a connection began with, as long as the connection is there. socket.io remembers by itself. */
export function keepHandshake(client: GatewayClient, request: IncomingMessage | undefined): void {
  handshakes.set(client, request);
}

/**
 * The request that a connection began with.
 *
 * @throws ConfigurationError when nobody kept it.
 */
export function handshakeOf(client: GatewayClient): IncomingMessage {
  const kept = isIo(client) ? client.request : handshakes.get(client);
  if (kept !== undefined) return kept;
  throw new ConfigurationError([
    "SpotifyGuard cannot tell who asks: platform-ws forgets the request that a socket began with. Write app.useWebSocketAdapter(new SpotifyWsAdapter(app, new WsAdapter(app))).",
  ]);
}
