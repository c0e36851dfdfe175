import type { INestApplication, WebSocketAdapter } from "@nestjs/common";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { WsAdapter } from "@nestjs/platform-ws";
import { once } from "node:events";
import { io } from "socket.io-client";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { SpotifyWsAdapter } from "../../src/index.js";
import { type Platform, platforms } from "./platforms.js";

/** What a server sent. */
export interface Frame {
  readonly event: string;
  readonly data: unknown;
}

/** The other end of a gateway, on real TCP. */
export interface SocketClient {
  say(event: string, data?: unknown): void;
  /** What the server sends next, in its order. */
  hear(): Promise<Frame>;
  /** Says it, and hears what comes next. */
  ask(event: string, data?: unknown): Promise<Frame>;
  /** How the server ended it: the close code of ws, the reason that socket.io gives. */
  readonly ended: Promise<number | string>;
  leave(): void;
}

/** One of Nest's platforms for gateways. */
export interface SocketKind {
  readonly name: "ws" | "socket.io";
  adapter(app: INestApplication): WebSocketAdapter;
  connect(origin: string, headers?: Readonly<Record<string, string>>): Promise<SocketClient>;
}

export const ws: SocketKind = {
  name: "ws",
  adapter: (app) => new SpotifyWsAdapter(app, new WsAdapter(app)),
  async connect(origin, headers = {}) {
    const client = new WebSocket(origin.replace("http", "ws"), { headers });
    onTestFinished(() => client.terminate());
    const inbox = createInbox();
    client.on("message", (data: Buffer) => inbox.put(JSON.parse(data.toString()) as Frame));
    const ended = once(client, "close").then(([code]) => code as number);
    await once(client, "open");
    const say = (event: string, data?: unknown): void => client.send(JSON.stringify({ event, data }));
    return { say, hear: inbox.take, ask: (...what) => (say(...what), inbox.take()), ended, leave: () => client.close() };
  },
};

export const socketIo: SocketKind = {
  name: "socket.io",
  adapter: (app) => new IoAdapter(app),
  async connect(origin, headers = {}) {
    const client = io(origin, { transports: ["websocket"], extraHeaders: { ...headers }, reconnection: false, forceNew: true, autoConnect: false });
    onTestFinished(() => void client.disconnect());
    const inbox = createInbox();
    client.onAny((event: string, data: unknown) => inbox.put({ event, data }));
    const ended = new Promise<string>((resolve) => client.once("disconnect", resolve));
    const connected = new Promise<void>((resolve, reject) => client.once("connect", resolve).once("connect_error", reject));
    client.connect();
    await connected;
    const say = (event: string, data?: unknown): void => void client.emit(event, data);
    return { say, hear: inbox.take, ask: (...what) => (say(...what), inbox.take()), ended, leave: () => void client.disconnect() };
  },
};

/** Both kinds of gateways on both platforms, for `describe.each`. */
export const gateways: readonly (readonly [name: string, platform: Platform, kind: SocketKind])[] = platforms.flatMap(([name, platform]) =>
  [ws, socketIo].map((kind) => [`${name}, ${kind.name}`, platform, kind] as const),
);

interface Inbox {
  put(frame: Frame): void;
  take(): Promise<Frame>;
}

function createInbox(): Inbox {
  const frames: Frame[] = [];
  const takers: ((frame: Frame) => void)[] = [];
  return {
    put(frame) {
      const taker = takers.shift();
      if (taker === undefined) frames.push(frame);
      else taker(frame);
    },
    take() {
      const frame = frames.shift();
      return frame === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(frame);
    },
  };
}
