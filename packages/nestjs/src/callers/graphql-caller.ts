import { ConfigurationError } from "@refrain/core";
import { isForeignHandshake, keepPrivate } from "@refrain/core/node";
import type { ArgumentsHost } from "@nestjs/common";
import type { IncomingMessage } from "node:http";
import { endWithSession } from "../sockets/end-with-session.js";
import { type WsClient, wsSocket } from "../sockets/socket.js";
import { turnAway } from "../sockets/turn-away.js";
import type { Caller } from "./caller.js";
import { type FastifyReply, headersOf, type PlatformRequest, rawRequest } from "./platform.js";
import { problemOf } from "./problem-of.js";

/** A GraphQL operation: over HTTP, or over a socket, which ends with the session where the context holds the socket as graphql-ws has it. */
export function graphqlCaller(host: ArgumentsHost): Caller {
  const context = contextOf(host);
  const connection = connectionOf(context);
  const socket = connection === undefined ? null : wsSocket(connection.socket);
  const request = (): IncomingMessage => rawRequest(connection?.request ?? requestOf(context));
  return {
    key: context,
    call: context,
    get request() {
      return request();
    },
    page: null,
    turnsAway: (auth) => (socket === null ? isHandshake(request()) && isForeignHandshake(auth, request()) : turnAway(auth, socket, request())),
    keepPrivate(auth, session) {
      const { reply } = context;
      if (socket !== null) endWithSession(auth, socket, session, request);
      // Apollo keeps its answers from caches by itself, Mercurius does not. On sockets, its reply is a stand-in.
      else if (reply !== undefined && "raw" in reply) keepPrivate(headersOf(reply), session !== null);
    },
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
  return (isInfo(third) ? second : third) as Context;
}

/** Where Apollo, Mercurius and graphql-ws have the request, unless the app puts it elsewhere. */
interface Context {
  readonly req?: PlatformRequest | { readonly extra: Connection } | undefined;
  readonly request?: PlatformRequest | undefined;
  readonly reply?: FastifyReply | object | undefined;
  readonly extra?: Connection | undefined;
}

interface Connection {
  readonly socket: WsClient;
  readonly request: PlatformRequest;
}

/** Mercurius keeps its sockets to itself. */
function isHandshake({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined;
}

function isInfo(value: unknown): boolean {
  return typeof value === "object" && value !== null && "fieldNodes" in value;
}

function connectionOf({ req, extra }: Context): Connection | undefined {
  return req !== undefined && "extra" in req ? req.extra : extra;
}

function requestOf({ req, request }: Context): PlatformRequest {
  const found = [req, request].find((one) => one !== undefined && "headers" in one);
  if (found !== undefined) return found;
  throw new ConfigurationError([
    "SpotifyGuard cannot tell who asks: the GraphQL context has no request. Write context: ({ req }) => ({ req }) in GraphQLModule.forRoot(), or leave context out.",
  ]);
}
