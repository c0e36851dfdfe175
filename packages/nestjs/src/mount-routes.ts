import type { HttpServer } from "@nestjs/common";
import type { SpotifyAuth } from "@refrain/core";
import { pathOf, toWebRequest } from "@refrain/core/node";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type FastifyReply, type FastifyRequest, sendAnswer, urlOf } from "./callers/platform.js";

/** Serves the sign-in routes ahead of all of Nest's: no global prefix, version or guard of the app has a say in them. */
export function mountRoutes(auth: SpotifyAuth, adapter: HttpServer): void {
  if (adapter.getType() === "fastify") mountOnFastify(auth, adapter.getInstance());
  else mountOnExpress(auth, adapter);
}

type ExpressRequest = IncomingMessage & { readonly body?: unknown };
type Middleware = (request: ExpressRequest, response: ServerResponse, next: () => void) => Promise<void>;

function mountOnExpress(auth: SpotifyAuth, adapter: { use(middleware: Middleware): unknown }): void {
  // What it rejects with, Express 5 hands to Nest's filters.
  adapter.use(async (request, response, next) => {
    const answer = await answerOf(auth, request, response);
    if (answer === null) return next();
    await sendAnswer(response, answer);
    // What core left of an upload goes, or this connection would serve nothing more.
    request.resume();
  });
}

interface Fastify {
  addHook(name: "onRequest", hook: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): void;
}

/** A hook, because middleware of Fastify's sees other paths than its router does. It runs before anything reads the body. */
function mountOnFastify(auth: SpotifyAuth, fastify: Fastify): void {
  fastify.addHook("onRequest", async ({ raw }, reply) => {
    const answer = await answerOf(auth, raw, reply.raw);
    if (answer === null) return undefined;
    await sendAnswer(reply, answer);
    raw.resume();
    return reply;
  });
}

async function answerOf(auth: SpotifyAuth, request: ExpressRequest, response: ServerResponse): Promise<Response | null> {
  const url = urlOf(request);
  const path = pathOf(url ?? "/");
  if (!auth.owns(path)) return null;
  const subject = await auth.subjectOf(request);
  return auth.handle(toWebRequest(request, response, { url, body: request.body }), { path, subject });
}
