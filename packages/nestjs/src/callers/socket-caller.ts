import type { ArgumentsHost, ExecutionContext } from "@nestjs/common";
import { endWithSession } from "../sockets/end-with-session.js";
import { handshakeOf } from "../sockets/handshakes.js";
import { type GatewayClient, socketOf } from "../sockets/socket.js";
import { turnAway } from "../sockets/turn-away.js";
import type { Caller } from "./caller.js";
import { problemOf } from "./problem-of.js";

const keys = new WeakMap<object, WeakMap<object, object>>();

/** A message to a gateway, over socket.io or ws. */
export function socketCaller(host: ArgumentsHost): Caller {
  const message = host.switchToWs();
  const client = message.getClient<GatewayClient>();
  const socket = socketOf(client);
  return {
    get key() {
      return keyOf(client, (host as ExecutionContext).getHandler());
    },
    call: host.getArgs(),
    get request() {
      return handshakeOf(client);
    },
    page: null,
    turnsAway: (auth) => turnAway(auth, socket, handshakeOf(client)),
    keepPrivate: (auth, session) => endWithSession(auth, socket, session, () => handshakeOf(client)),
    async tell(auth, error) {
      socket.tell({ ...(await problemOf(auth, error)), cause: { pattern: message.getPattern() } });
    },
  };
}

/** Nest hands guards and decorators no object that stands for the message: a client and a handler do, until the next message. */
function keyOf(client: object, handler: object): object {
  const ofClient = keys.get(client) ?? new WeakMap<object, object>();
  keys.set(client, ofClient);
  const key = ofClient.get(handler) ?? {};
  ofClient.set(handler, key);
  return key;
}
