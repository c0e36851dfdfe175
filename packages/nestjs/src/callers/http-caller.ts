import { type ArgumentsHost, type ExecutionContext, HttpException } from "@nestjs/common";
import { toProblem } from "@refrain/core";
import { headOf, isClosed, keepPrivate } from "@refrain/core/node";
import type { IncomingMessage, ServerResponse } from "node:http";
import { endWithSession } from "../sockets/end-with-session.js";
import type { Socket } from "../sockets/socket.js";
import type { Caller, Page } from "./caller.js";
import { headersOf, type PlatformRequest, type PlatformResponse, rawRequest, rawResponse, sendAnswer, urlOf } from "./platform.js";

/** A request over HTTP, on Express or on Fastify. */
export function httpCaller(host: ArgumentsHost): Caller {
  const http = host.switchToHttp();
  const request = rawRequest(http.getRequest<PlatformRequest>());
  const response = http.getResponse<PlatformResponse>();
  const headers = headersOf(response);
  const head: Page["head"] = () => headOf(request, urlOf(request));
  return {
    key: request,
    call: request,
    request,
    page: {
      head,
      redirect(answer) {
        for (const [name, value] of answer.headers) if (name !== "vary") headers.setHeader(name, value);
        return new HttpException("Spotify is asked for consent again.", answer.status);
      },
    },
    // Cookies of ours are SameSite, and the sign-in routes look for themselves.
    turnsAway: () => false,
    keepPrivate(auth, session) {
      keepPrivate(headers, session !== null);
      // Whatever else is asked for is over soon.
      if (isEventStream(host as ExecutionContext, request)) endWithSession(auth, streamOf(rawResponse(response)), session, () => request);
    },
    async tell(auth, error, otherwise) {
      try {
        const answer = headers.headersSent ? null : await toProblem(auth, error, head());
        if (answer === null) otherwise(error);
        else await sendAnswer(response, answer);
      } catch (failure) {
        otherwise(failure);
      }
    },
  };
}

// As @Sse() names it.
const sseKey = "__sse__";

/** What `@Sse()` answers stays open, whoever asks. Where a handler writes a stream by itself, an `EventSource` says that it wants one. */
function isEventStream(context: ExecutionContext, { headers }: IncomingMessage): boolean {
  return Reflect.hasMetadata(sseKey, context.getHandler()) || headers.accept?.includes("text/event-stream") === true;
}

/** Ends without a word: the browser connects again by itself, and is told what any request without a session is. */
function streamOf(response: ServerResponse): Socket {
  return {
    client: response,
    get isOpen() {
      return !isClosed(response);
    },
    tell: () => undefined,
    end: () => void response.destroy(),
    onceClosed: (callback) => void response.once("close", callback),
  };
}
