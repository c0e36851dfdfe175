import type { Clock, SpotifyAuth } from "@refrain/core";
import { followTrail, type TrailMessage } from "demo-kit/trail/follow-trail";
import type { Trail } from "demo-kit/trail/trail";
import type { RequestHandler } from "express";

/** Server-sent events for whoever is signed in, until `closing`. */
export function trailStream(auth: SpotifyAuth, trail: Trail, clock: Clock, closing: AbortSignal): RequestHandler {
  return (request, response) => {
    if (request.spotify === null) {
      response.sendStatus(401);
      return;
    }
    const { cookie } = request.headers;
    const after = Number(request.headers["last-event-id"] ?? request.query["after"]) || 0;
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "private, no-store", Vary: "Cookie" });
    response.flushHeaders();
    const end = followTrail({ trail, clock, after, connection: () => auth.session({ cookie }) }, (message) => response.write(inFormat(message)));
    const leave = (): void => void response.end();
    closing.addEventListener("abort", leave);
    response.on("close", () => {
      end();
      closing.removeEventListener("abort", leave);
    });
  };
}

function inFormat({ id, type, data }: TrailMessage): string {
  return `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;
}
