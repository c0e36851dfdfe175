import { type Child, startChild } from "./child.js";
import type { Guarded, ServerAnswer, ServerOrder, Unguarded } from "./express-server.js";
import { load } from "./keep-alive-client.js";

/** What is asked for: `/me` answers a page of playlists, `/line` a few bytes. */
export type Path = "/me" | "/line";

/** One round of requests. */
export interface Round {
  /** Per request, of the servers' processes, user and system. What Redis or Postgres use is not in it. */
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
}

/** A server in a process of its own, or several that do the same, which can be sent requests. */
export interface MeasuredServer {
  /** @param path Default: `/me`. */
  round(requests: number, path?: Path): Promise<Round>;
  end(): Promise<void>;
}

/** As many browsers at a time. */
const connections = 50;

/** Starts `express-server.js`, in one process or in several that share the connections. */
export async function startServer(
  start: Unguarded | Guarded,
  {
    cookies = [stranger],
    processes = 1,
    staysAwake = true,
  }: { readonly cookies?: readonly string[]; readonly processes?: number; readonly staysAwake?: boolean } = {},
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
    round: rounds({ ports, cookies, staysAwake, cpu: async () => (await Promise.all(children.map(cpu))).reduce((sum, one) => sum + one, 0) }),
    async end() {
      for (const child of children) child.end();
    },
  };
}

/** Without auth a cookie of the same length comes, and is ignored. */
const stranger = `__Host-refrain=${"a".repeat(43)}.${"b".repeat(43)}`;

/** Chromium's, for `fetch()` from a page of the same origin. */
const ofBrowser = [
  "Connection: keep-alive",
  'sec-ch-ua-platform: "Linux"',
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  'sec-ch-ua: "Chromium";v="150", "Not)A;Brand";v="8"',
  "sec-ch-ua-mobile: ?0",
  "Accept: */*",
  "Sec-Fetch-Site: same-origin",
  "Sec-Fetch-Mode: cors",
  "Sec-Fetch-Dest: empty",
  "Referer: http://127.0.0.1/",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-US,en;q=0.9",
  "",
].join("\r\n");

/** Sends requests with the cookies of many users in turn, and asks the servers before and after for the CPU they have used. */
export function rounds({ ports, cookies, staysAwake = true, cpu: used }: Measured): MeasuredServer["round"] {
  let turn = 0;
  const headers = (): string => `${ofBrowser}Cookie: ${cookies[turn++ % cookies.length]}\r\n`;
  const send = (requests: number, path: Path): Promise<number> => load({ ports, path, headers, requests, connections, staysAwake });
  return async (requests, path = "/me") => {
    // One by each user first: between two rounds of a server more time passes than a cache holds an answer, which is no part of steady traffic. Who is a stranger each time stays one.
    if (cookies.length < requests) await send(cookies.length, path);
    const before = await used();
    const perSecond = await send(requests, path);
    return { cpuMicroseconds: ((await used()) - before) / requests, perSecond };
  };
}

export interface Measured {
  readonly ports: readonly number[];
  readonly cookies: readonly string[];
  /** Whether whoever sends the requests is awake all the time. @defaultValue true */
  readonly staysAwake?: boolean;
  /** Microseconds that the servers have used. */
  readonly cpu: () => Promise<number>;
}

async function cpu(child: Child<ServerOrder, ServerAnswer>): Promise<number> {
  const answer = await child.ask({ report: "cpu" });
  if (!("cpuMicroseconds" in answer)) throw new Error("A server that does not report.");
  return answer.cpuMicroseconds;
}
