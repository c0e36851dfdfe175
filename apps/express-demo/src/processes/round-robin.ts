import { request as ask, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

/** One of several processes, by where it listens. */
export interface Target {
  readonly number: number;
  readonly port: number;
  /** How many requests it was handed. */
  requests: number;
}

/** Hands requests to the targets in turn. Who is told 502 had a process that ended in the middle of the answer; who is told 503 has none left. */
export function roundRobin(targets: () => readonly Target[]): RequestListener {
  let turn = 0;
  return (request, response) => {
    const all = targets();
    const target = all[turn++ % all.length];
    if (target === undefined) return void response.writeHead(503, { "retry-after": "1" }).end();
    target.requests += 1;
    pass(request, response, target);
  };
}

function pass(request: IncomingMessage, response: ServerResponse, { number, port }: Target): void {
  const { method, url, headers } = request;
  const passed = ask({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, "x-process": number });
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  passed.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  // Who leaves here leaves the app.
  response.once("close", () => passed.destroy());
  request.pipe(passed);
}
