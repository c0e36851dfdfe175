import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { median, medianRatio } from "./median.js";
import { type MeasuredServer, type Round, startServer } from "./measured-server.js";
import { names } from "./names.js";
import { signedIn } from "./sign-in-many.js";
import { storeKinds } from "./stores/place.js";
import { openPlaces } from "./stores/places.js";

/** A process remembers the last 5,000 of what it opened: more users than that, one after the other, and every request is a first look. */
const strangers = 6_000;
const regulars = 100;

/** The most that a request for a page may cost over the same one with no auth. */
const targets: Readonly<Record<string, number>> = {
  [names.reading("memory", "strict")]: 1.15,
  [names.reading("sqlite", "strict")]: 1.25,
  [names.reading("redis", "strict")]: 1.5,
  [names.reading("redis", "cached")]: 1.2,
};

/** What signing in costs per request of an Express app, beside the same route with no auth: one that answers a page, and one that answers a line. */
export async function expressRequests(quick: boolean): Promise<readonly Measurement[]> {
  const requests = quick ? 2_000 : 3_000;
  const servers = await startAll();
  const contestants: Record<string, () => Promise<Round>> = {};
  for (const [name, server] of Object.entries(servers)) {
    const isCold = name.endsWith("cold");
    contestants[name] = () => server.round(isCold ? requests / 5 : requests);
    if (!isCold) contestants[names.ofALine(name)] = () => server.round(requests, "/line");
  }
  // Until the compiler has settled a request costs twice as much, with or without auth: that takes some fifty thousand of them.
  const rounds = await interleaved(contestants, { rounds: quick ? 7 : 25, warmUps: 25 });
  for (const server of Object.values(servers)) await server.end();
  const of = (name: string): readonly Round[] => rounds[name] ?? [];
  return Object.keys(servers).flatMap((name) => {
    if (name === names.noAuth) return [...absolute(name, of(name)), ...absolute(names.ofALine(name), of(names.ofALine(name)))];
    const line = names.ofALine(name);
    const ofALine = line in rounds ? compared(line, of(line), of(names.ofALine(names.noAuth))) : [];
    return [...compared(name, of(name), of(names.noAuth), targets[name]), ...ofALine];
  });
}

async function startAll(): Promise<Record<string, MeasuredServer>> {
  const places = openPlaces();
  const [few, many] = [await signedIn(regulars), await signedIn(strangers)];
  const servers: Record<string, MeasuredServer> = { [names.noAuth]: await startServer("none"), [names.idleMiddlewares]: await startServer("idle") };
  for (const kind of storeKinds) {
    const place = await places.filled(kind, few.rows);
    servers[names.reading(kind, "strict")] = await startServer({ place }, few);
    if (kind !== "memory") servers[names.reading(kind, "cached")] = await startServer({ place, cached: true }, few);
  }
  for (const kind of storeKinds) servers[names.reading(kind, "cold")] = await startServer({ place: await places.filled(kind, many.rows) }, many);
  return servers;
}

function compared(what: string, rounds: readonly Round[], none: readonly Round[], most?: number): readonly Measurement[] {
  const ratio = medianRatio(
    rounds.map((round) => round.cpuMicroseconds),
    none.map((round) => round.cpuMicroseconds),
  );
  return [{ what: names.cpuRatio(what), value: ratio, unit: "x", target: most === undefined ? null : { most } }, ...absolute(what, rounds)];
}

/** The CPU and the throughput of one contestant. */
export function absolute(what: string, rounds: readonly Round[]): readonly Measurement[] {
  return [
    { what: names.cpu(what), value: median(rounds.map((round) => round.cpuMicroseconds)), unit: "µs", target: null },
    { what: names.perSecond(what), value: median(rounds.map((round) => round.perSecond)), unit: "/s", target: null },
  ];
}
