import { type Child, startChild } from "./child.js";
import type { ServerAnswer, ServerOrder, Unguarded } from "./express-server.js";
import { load } from "./keep-alive-client.js";
import type { StoreKind } from "./stores.js";

/** One round of requests for `/me`. */
export interface Round {
  /** Per request, of the server's process, user and system. */
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
}

/** A server in a process of its own, which can be sent requests. */
export interface MeasuredServer {
  round(requests: number): Promise<Round>;
  end(): Promise<void>;
}

const connections = 10;

/** Starts `express-server.js`. */
export async function startServer(kind: Unguarded | StoreKind, users: number): Promise<MeasuredServer> {
  const child: Child<ServerOrder, ServerAnswer> = startChild(new URL("express-server.js", import.meta.url));
  const started = await child.ask({ start: kind, users });
  if (!("port" in started)) throw new Error("A server that did not start.");
  // Without auth the same headers come, and are ignored.
  const cookies = started.cookies.length === 0 ? [`__Host-refrain=${"a".repeat(43)}.${"b".repeat(43)}`] : started.cookies;
  return { round: rounds({ port: started.port, cookies, cpu: () => cpu(child) }), end: async () => child.end() };
}

/** Sends requests with the cookies of many users in turn, and asks the server before and after for the CPU it has used. */
export function rounds({ port, cookies, cpu: used }: Measured): (requests: number) => Promise<Round> {
  let turn = 0;
  const headers = (): string => `Cookie: ${cookies[turn++ % cookies.length]}\r\nAccept: application/json\r\nUser-Agent: bench\r\n`;
  return async (requests) => {
    const before = await used();
    const perSecond = await load({ port, path: "/me", headers, requests, connections });
    return { cpuMicroseconds: ((await used()) - before) / requests, perSecond };
  };
}

export interface Measured {
  readonly port: number;
  readonly cookies: readonly string[];
  /** Microseconds that the server has used. */
  readonly cpu: () => Promise<number>;
}

async function cpu(child: Child<ServerOrder, ServerAnswer>): Promise<number> {
  const answer = await child.ask({ report: "cpu" });
  if (!("cpuMicroseconds" in answer)) throw new Error("A server that does not report.");
  return answer.cpuMicroseconds;
}
