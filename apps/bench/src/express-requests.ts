import { type Child, startChild } from "./child.js";
import type { ServerAnswer, ServerOrder, Unguarded } from "./express-server.js";
import { interleaved } from "./interleaved.js";
import { load } from "./keep-alive-client.js";
import type { Measurement } from "./measurement.js";
import { median, medianRatio } from "./median.js";
import type { StoreKind } from "./stores.js";

interface Round {
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
}

/** A process remembers the last 5,000 of what it opened: more users than that, one after the other, and every request is a first look. */
const strangers = 6_000;
const regulars = 100;
const connections = 10;

/** What signing in costs per request of an Express app, beside the same route with no auth. */
export async function expressRequests(quick: boolean): Promise<readonly Measurement[]> {
  const requests = quick ? 2_000 : 3_000;
  const coldRequests = requests / 5;
  const servers = {
    none: await startServer("none", regulars),
    idle: await startServer("idle", regulars),
    memory: await startServer("memory", regulars),
    sqlite: await startServer("sqlite", regulars),
    memoryCold: await startServer("memory", strangers),
    sqliteCold: await startServer("sqlite", strangers),
  };
  const { none, ...guarded } = await interleaved(
    {
      none: () => servers.none.round(requests),
      idle: () => servers.idle.round(requests),
      memory: () => servers.memory.round(requests),
      sqlite: () => servers.sqlite.round(requests),
      memoryCold: () => servers.memoryCold.round(coldRequests),
      sqliteCold: () => servers.sqliteCold.round(coldRequests),
    },
    // Until the compiler has settled a request costs twice as much, with or without auth: that takes some fifty thousand of them.
    { rounds: quick ? 7 : 25, warmUps: 25 },
  );
  for (const server of Object.values(servers)) server.end();

  return [
    ...absolute("no auth", none),
    ...compared("two idle middlewares and two headers", guarded.idle, none),
    ...compared("memory, warm", guarded.memory, none, 1.15),
    ...compared("SQLite, warm", guarded.sqlite, none, 1.25),
    ...compared("memory, cold", guarded.memoryCold, none),
    ...compared("SQLite, cold", guarded.sqliteCold, none),
  ];
}

function compared(what: string, rounds: readonly Round[], none: readonly Round[], most?: number): readonly Measurement[] {
  const ratio = medianRatio(
    rounds.map((round) => round.cpuMicroseconds),
    none.map((round) => round.cpuMicroseconds),
  );
  return [
    { what: `Express CPU per request, ${what}, over no auth`, value: ratio, unit: "x", target: most === undefined ? null : { most } },
    ...absolute(what, rounds),
  ];
}

function absolute(what: string, rounds: readonly Round[]): readonly Measurement[] {
  return [
    { what: `Express CPU per request, ${what}`, value: median(rounds.map((round) => round.cpuMicroseconds)), unit: "µs", target: null },
    { what: `Express requests per second, ${what}`, value: median(rounds.map((round) => round.perSecond)), unit: "/s", target: null },
  ];
}

interface Server {
  round(requests: number): Promise<Round>;
  end(): void;
}

async function startServer(kind: Unguarded | StoreKind, users: number): Promise<Server> {
  const child: Child<ServerOrder, ServerAnswer> = startChild(new URL("express-server.js", import.meta.url));
  const started = await child.ask({ start: kind, users });
  if (!("port" in started)) throw new Error("A server that did not start.");
  const { port } = started;
  // Without auth the same headers come, and are ignored.
  const cookies = started.cookies.length === 0 ? [`__Host-refrain=${"a".repeat(43)}.${"b".repeat(43)}`] : started.cookies;
  let turn = 0;
  const headers = (): string => `Cookie: ${cookies[turn++ % cookies.length]}\r\nAccept: application/json\r\nUser-Agent: bench\r\n`;
  return {
    async round(requests) {
      const before = await cpu(child);
      const perSecond = await load({ port, path: "/me", headers, requests, connections });
      return { cpuMicroseconds: ((await cpu(child)) - before) / requests, perSecond };
    },
    end: () => child.end(),
  };
}

async function cpu(child: Child<ServerOrder, ServerAnswer>): Promise<number> {
  const answer = await child.ask({ report: "cpu" });
  if (!("cpuMicroseconds" in answer)) throw new Error("A server that does not report.");
  return answer.cpuMicroseconds;
}
