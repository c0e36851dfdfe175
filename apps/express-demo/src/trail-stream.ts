import type { Clock, SpotifyAuth } from "@refrain/core";
import type { Html } from "demo-kit/html";
import type { Request, RequestHandler, Response } from "express";
import { connection } from "./connection.js";
import type { Step, Trail } from "./trail.js";
import { trailStep } from "./trail-list.js";

/** Server-sent events for whoever is signed in: each new step, and after it the connection as it then is; until `closing`. */
export function trailStream(auth: SpotifyAuth, trail: Trail, clock: Clock, closing: AbortSignal): RequestHandler {
  return (request, response) => {
    if (request.spotify === null) {
      response.sendStatus(401);
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "private, no-store", Vary: "Cookie" });
    const after = Number(request.headers["last-event-id"] ?? request.query["after"]);
    for (const step of trail
      .steps()
      .filter(({ id }) => id > after)
      .toReversed())
      sendStep(response, step);
    // What happened while the page was on its way shows in the connection too.
    void sendConnection(auth, request, response, clock);
    response.flushHeaders();
    const end = trail.listen((step) => {
      sendStep(response, step);
      void sendConnection(auth, request, response, clock);
    });
    const leave = (): void => void response.end();
    closing.addEventListener("abort", leave);
    response.on("close", () => {
      end();
      closing.removeEventListener("abort", leave);
    });
  };
}

function sendStep(response: Response, step: Step): void {
  response.write(`id: ${step.id}\n${event("step", trailStep(step))}`);
}

async function sendConnection(auth: SpotifyAuth, request: Request, response: Response, clock: Clock): Promise<void> {
  const session = await auth.session({ cookie: request.headers.cookie }).catch(() => undefined);
  if (session !== undefined && !response.writableEnded) response.write(event("connection", connection(session, clock.now())));
}

function event(name: string, { markup }: Html): string {
  return `event: ${name}\ndata: ${markup.replaceAll(/\s+/g, " ")}\n\n`;
}
