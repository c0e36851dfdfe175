import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";

/** One request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server on a free loopback port for one test, and everything it was sent. */
export interface LoopbackServer {
  readonly origin: string;
  readonly received: Received[];
  /** Resolves when the first answer has been sent or cut off. */
  readonly closed: Promise<void>;
}

type Answer = (response: ServerResponse, received: Received) => void;

const open = new Set<Server>();

afterEach(() => {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
  open.clear();
});

/** Answers every request with `answer`, after its body was read. */
export async function serve(answer: Answer): Promise<LoopbackServer> {
  const received: Received[] = [];
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: await text(request) };
    received.push(entry);
    response.once("close", () => close());
    answer(response, entry);
  }
  const origin = await listen((request, response) => void receive(request, response));
  return { origin, received, closed };
}

/** Answers every request with one status, content type and body. */
export function serveBody(status: number, body: unknown, headers: Record<string, string> = { "content-type": "application/json" }): Promise<LoopbackServer> {
  return serve((response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.add(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
