import type { ArgumentsHost } from "@nestjs/common";
import { toProblem } from "@refrain/core";
import { headOf, keepPrivate } from "@refrain/core/node";
import type { Caller } from "./caller.js";
import { headersOf, type PlatformRequest, type PlatformResponse, rawRequest, sendAnswer, urlOf } from "./platform.js";

/** A request over HTTP, on Express or on Fastify. */
export function httpCaller(host: ArgumentsHost): Caller {
  const http = host.switchToHttp();
  const request = rawRequest(http.getRequest<PlatformRequest>());
  const response = http.getResponse<PlatformResponse>();
  const headers = headersOf(response);
  const head = () => headOf(request, urlOf(request));
  const send = (answer: Response) => sendAnswer(response, answer);
  return {
    key: request,
    request,
    head: headers.headersSent ? null : head,
    keepPrivate: (session) => keepPrivate(headers, session !== null),
    send,
    async tell(auth, error) {
      const answer = headers.headersSent ? null : await toProblem(auth, error, head());
      if (answer === null) throw error;
      await send(answer);
    },
  };
}
