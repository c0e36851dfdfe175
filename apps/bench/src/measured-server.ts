import { type Child, startChild } from "./child.js";
import type { Guarded, ServerAnswer, ServerOrder, Unguarded } from "./express-server.js";
import { load } from "./keep-alive-client.js";

/** One round of requests for `/me`. */
export interface Round {
  /** Per request, of the servers' processes, user and system. What Redis or Postgres use is not in it. */
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
}

/** A server in a process of its own, or several that do the same, which can be sent requests. */
export interface MeasuredServer {
  round(requests: number): Promise<Round>;
  end(): Promise<void>;
}

const connections = 12;

/** Starts `express-server.js`, in one process or in several that share the connections. */
export async function startServer(
  start: Unguarded | Guarded,
  { cookies = [stranger], processes = 1 }: { readonly cookies?: readonly string[]; readonly processes?: number } = {},
): Promise<MeasuredServer> {
  const children: Child<ServerOrder, ServerAnswer>[] = [];
  const ports: number[] = [];
  for (let started = 0; started < processes; started += 1) {
    const child = startChild<ServerOrder, ServerAnswer>(new URL("express-server.js", import.meta.url));
    const answer = await child.ask({ start });
    if (!("port" in answer)) throw new Error("A server that did not start.");
    children.push(child);
    ports.push(answer.port);
  }
  return {
    round: rounds({ ports, cookies, cpu: async () => (await Promise.all(children.map(cpu))).reduce((sum, one) => sum + one, 0) }),
    async end() {
      for (const child of children) child.end();
    },
  };
}

/** Without auth a cookie of the same length comes, and is ignored. */
const stranger = `__Host-refrain=${"a".repeat(43)}.${"b".repeat(43)}`;

/** Sends requests with the cookies of many users in turn, and asks the servers before and after for the CPU they have used. */
export function rounds({ ports, cookies, cpu: used }: Measured): (requests: number) => Promise<Round> {
  let turn = 0;
  const headers = (): string => `Cookie: ${cookies[turn++ % cookies.length]}\r\nAccept: application/json\r\nUser-Agent: bench\r\n`;
  const send = (requests: number): Promise<number> => load({ ports, path: "/me", headers, requests, connections });
  return async (requests) => {
    // One by each user first: between two rounds of a server more time passes than a cache holds an answer, which is no part of steady traffic. Who is a stranger each time stays one.
    if (cookies.length < requests) await send(cookies.length);
    const before = await used();
    const perSecond = await send(requests);
    return { cpuMicroseconds: ((await used()) - before) / requests, perSecond };
  };
}

export interface Measured {
  readonly ports: readonly number[];
  readonly cookies: readonly string[];
  /** Microseconds that the servers have used. */
  readonly cpu: () => Promise<number>;
}

async function cpu(child: Child<ServerOrder, ServerAnswer>): Promise<number> {
  const answer = await child.ask({ report: "cpu" });
  if (!("cpuMicroseconds" in answer)) throw new Error("A server that does not report.");
  return answer.cpuMicroseconds;
}
