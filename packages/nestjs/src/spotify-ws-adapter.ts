import type { INestApplicationContext, WebSocketAdapter, WsMessageHandler } from "@nestjs/common";
import type { IncomingMessage } from "node:http";
import { handshakeOf, keepHandshake } from "./sockets/handshakes.js";
import { type GatewayClient, socketOf } from "./sockets/socket.js";
import { turnAway } from "./sockets/turn-away.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";

/** `request` is there on ws. */
type Connected = (client: GatewayClient, request?: IncomingMessage, ...more: unknown[]) => unknown;

/** What Nest's own adapters have beside their interface. */
interface Adapter extends WebSocketAdapter {
  forceCloseConnections?: boolean;
  dispose?(): unknown;
}

/**
 * Lets `SpotifyGuard` know who is behind a socket of `@nestjs/platform-ws`, which by itself forgets the request that the socket began with. A socket that a page of
 * another origin opens with the user's cookie is closed at once, with 4403.
 *
 * @example
 * app.useWebSocketAdapter(new SpotifyWsAdapter(app, new WsAdapter(app)));
 */
export class SpotifyWsAdapter implements WebSocketAdapter {
  readonly #app: INestApplicationContext;
  readonly #adapter: Adapter;

  /** @param adapter Nest's, or one of the app's own around it. */
  constructor(app: INestApplicationContext, adapter: WebSocketAdapter) {
    this.#app = app;
    this.#adapter = adapter;
  }

  /** Called by Nest, as are all the others. */
  bindClientConnect(server: unknown, callback: Connected): void {
    const { auth } = this.#app.get(SpotifyAuthService, { strict: false });
    const connected: Connected = (client, ...more) => {
      keepHandshake(client, more[0]);
      if (!turnAway(auth, socketOf(client), handshakeOf(client))) callback(client, ...more);
    };
    this.#adapter.bindClientConnect(server, connected);
  }

  create(port: number, options?: unknown): unknown {
    return this.#adapter.create(port, options);
  }

  bindClientDisconnect(client: unknown, callback: () => unknown): void {
    this.#adapter.bindClientDisconnect?.(client, callback);
  }

  bindMessageHandlers(client: unknown, handlers: WsMessageHandler[], transform: Parameters<WebSocketAdapter["bindMessageHandlers"]>[2]): void {
    this.#adapter.bindMessageHandlers(client, handlers, transform);
  }

  closeClient(client: GatewayClient): void {
    this.#adapter.closeClient?.(client);
  }

  close(server: unknown): unknown {
    return this.#adapter.close(server);
  }

  dispose(): unknown {
    return this.#adapter.dispose?.();
  }

  set forceCloseConnections(force: boolean) {
    this.#adapter.forceCloseConnections = force;
  }
}
