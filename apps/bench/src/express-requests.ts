import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { median, medianRatio } from "./median.js";
import { type Round, startServer } from "./measured-server.js";

/** A process remembers the last 5,000 of what it opened: more users than that, one after the other, and every request is a first look. */
const strangers = 6_000;
const regulars = 100;

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
  for (const server of Object.values(servers)) await server.end();

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
