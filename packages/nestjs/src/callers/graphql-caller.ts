import { ConfigurationError } from "@refrain/core";
import type { ArgumentsHost } from "@nestjs/common";
import type { IncomingMessage } from "node:http";
import { endWithSession } from "../sockets/end-with-session.js";
import { type WsClient, wsSocket } from "../sockets/socket.js";
import { turnAway } from "../sockets/turn-away.js";
import type { Caller } from "./caller.js";
import { type PlatformRequest, rawRequest } from "./platform.js";
import { problemOf } from "./problem-of.js";

/** A GraphQL operation: over HTTP, or over a socket of graphql-ws, which ends with the session. */
export function graphqlCaller(host: ArgumentsHost): Caller {
  const context = contextOf(host);
  const connection = connectionOf(context);
  const socket = connection === undefined ? null : wsSocket(connection.socket);
  const request = (): IncomingMessage => connection?.request ?? requestOf(context);
  return {
    key: context,
    call: context,
    get request() {
      return request();
    },
    page: null,
    turnsAway: (auth) => socket !== null && turnAway(auth, socket, request()),
    keepPrivate: (auth, session) => socket !== null && endWithSession(auth, socket, session, request),
    async tell(auth, error) {
      const { detail, ...extensions } = await problemOf(auth, error);
      throw told(detail, extensions);
    },
  };
}

/** As `GraphQLError` is made of any error with `extensions`: `graphql` is not ours to import. Servers that show stacks have nothing to show. */
function told(message: string, extensions: object): Error {
  return Object.assign(new Error(message), { extensions, stack: message });
}

/** What the app's option `context` made. Reference resolvers and type resolvers get no arguments, so there it comes second. */
function contextOf(host: ArgumentsHost): Context {
  const [, second, third] = host.getArgs<unknown[]>();
  const context = isInfo(third) ? second : third;
  return typeof context === "object" && context !== null ? context : {};
}

interface Context {
  readonly req?: PlatformRequest | Connected | undefined;
  readonly request?: PlatformRequest | undefined;
  readonly reply?: { readonly request: PlatformRequest } | undefined;
  readonly extra?: Connection | undefined;
}

/** What graphql-ws hands on. */
interface Connected {
  readonly extra: Connection;
}

interface Connection {
  readonly socket: WsClient;
  readonly request: IncomingMessage;
}

function isInfo(value: unknown): boolean {
  return typeof value === "object" && value !== null && "fieldNodes" in value;
}

function connectionOf({ req, extra }: Context): Connection | undefined {
  return req !== undefined && "extra" in req ? req.extra : extra;
}

function requestOf({ req, request, reply }: Context): IncomingMessage {
  const found = [req, request, reply?.request].find((one) => one !== undefined && !("extra" in one));
  if (found !== undefined) return rawRequest(found as PlatformRequest);
  throw new ConfigurationError([
    "SpotifyGuard cannot tell who asks: the GraphQL context has no request. Write context: ({ req }) => ({ req }) in GraphQLModule.forRoot(), or leave context out.",
  ]);
}
