import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy that hands requests to its targets in turn. Each answer says in `x-process` whose it is; 502 is what is left of a target that died. */
export interface RoundRobin {
  readonly origin: string;
  add(target: number, port: number): void;
  /** No more requests go there; those that are there may end. */
  remove(target: number): void;
  /** How many requests are at the target, or at all targets but that one. */
  at(target: number): number;
  elsewhere(target: number): number;
  close(): Promise<void>;
}

export async function startRoundRobin(): Promise<RoundRobin> {
  const ports = new Map<number, number>();
  const inFlight = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let turn = 0;

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const targets = [...ports];
    const [target, port] = targets[turn++ % targets.length] ?? [0, 0];
    const count = (by: number): void => void inFlight.set(target, (inFlight.get(target) ?? 0) + by);
    count(1);
    response.once("close", () => count(-1));
    response.setHeader("x-process", target);
    const { method, url, headers } = request;
    const passed = ask({ host: "127.0.0.1", port, method, path: url, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    passed.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    // Who leaves the proxy leaves the app.
    response.once("close", () => passed.destroy());
    request.pipe(passed);
  }

  const server = createServer(pass);
  // As in the app: a connection that ends just when it is used again would cost a request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4_096, resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (target, port) => void ports.set(target, port),
    remove: (target) => void ports.delete(target),
    at: (target) => inFlight.get(target) ?? 0,
    elsewhere: (target) => [...inFlight].reduce((sum, [other, count]) => (other === target ? sum : sum + count), 0),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
