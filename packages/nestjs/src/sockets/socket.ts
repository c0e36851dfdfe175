import type { IncomingMessage } from "node:http";
import type { Problem } from "../callers/problem-of.js";

/** A connection that stays, whatever library holds it. Telling never throws: nobody would catch it. */
export interface Socket {
  /** The library's own object: one for each connection. */
  readonly client: object;
  readonly isOpen: boolean;
  /** Tells of a problem, as the event `exception` that Nest tells exceptions by. */
  tell(problem: Problem): void;
  /** Tells of a problem and closes. `closeCode` is for those who have close codes. */
  end(problem: Problem, closeCode: number): void;
  onceClosed(callback: () => void): void;
}

/** What both of Nest's platforms call a client, as far as it is used here. */
export type GatewayClient = WsClient | IoClient;

/** A client of the package ws. */
export interface WsClient {
  readonly readyState: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  once(event: "close", callback: () => void): unknown;
}

/** A client of socket.io. */
export interface IoClient {
  readonly connected: boolean;
  /** The handshake. */
  readonly request: IncomingMessage;
  emit(event: string, ...what: unknown[]): unknown;
  disconnect(closeConnection: boolean): unknown;
  once(event: "disconnect", callback: () => void): unknown;
}

const open = 1;

/** A client of a gateway. */
export function socketOf(client: GatewayClient): Socket {
  return isIo(client) ? ioSocket(client) : wsSocket(client, (problem) => client.send(JSON.stringify({ event: "exception", data: problem })));
}

export function isIo(client: GatewayClient): client is IoClient {
  return "disconnect" in client;
}

/** @param send How a problem is written; those who have no way for it only close. */
export function wsSocket(client: WsClient, send: (problem: Problem) => void = () => undefined): Socket {
  return {
    client,
    get isOpen() {
      return client.readyState === open;
    },
    tell: (problem) => quietly(() => send(problem)),
    end(problem, closeCode) {
      quietly(() => send(problem));
      client.close(closeCode, problem.code);
    },
    onceClosed: (callback) => client.once("close", callback),
  };
}

function ioSocket(client: IoClient): Socket {
  const tell = (problem: Problem): void => quietly(() => client.emit("exception", problem));
  return {
    client,
    get isOpen() {
      return client.connected;
    },
    tell,
    end(problem) {
      tell(problem);
      client.disconnect(true);
    },
    onceClosed: (callback) => client.once("disconnect", callback),
  };
}

/** A connection may break at any moment; then nobody is there to be told. */
function quietly(act: () => unknown): void {
  try {
    act();
  } catch {
    // Its end is told of by itself.
  }
}
