import { interleaved } from "../interleaved.js";
import { type MeasuredServer, type Round, rounds, startServer } from "../measured-server.js";
import { signedIn } from "../sign-in-many.js";
import { openPlaces } from "../stores/places.js";
import { startApp } from "./running-app.js";

/** What a request costs: the bare route, each peer when it has seen the user before, and ours when it has not. */
export interface RequestCosts {
  readonly none: readonly Round[];
  readonly warm: Readonly<Record<string, readonly Round[]>>;
  readonly cold: Readonly<Record<string, readonly Round[]>>;
}

const regulars = 100;
/** More than a process of ours remembers. */
const strangers = 6_000;

/** Who costs less is sent more requests: until the compiler has settled, they cost twice as much, with or without auth. */
const requestsPerRound = { least: 500, most: 2_000 };
const microsecondsPerRound = 500_000;

/** CPU per request of a route that needs a usable access token and calls nobody, over the same route with no auth. */
export async function requestCosts(peers: readonly string[], quick: boolean): Promise<RequestCosts> {
  const servers: Record<string, MeasuredServer> = { none: await startServer("none") };
  for (const peer of peers) servers[`warm ${peer}`] = await startPeer(peer);
  const [places, many] = [openPlaces(), await signedIn(strangers)];
  for (const kind of ["memory", "sqlite", "redis"] as const) {
    servers[`cold refrain-${kind}`] = await startServer({ place: await places.filled(kind, many.rows) }, many);
  }

  const contestants: Record<string, () => Promise<Round>> = {};
  for (const [name, server] of Object.entries(servers)) {
    await server.round(300);
    const affordable = Math.round(microsecondsPerRound / (await server.round(300)).cpuMicroseconds);
    const requests = Math.max(requestsPerRound.least, Math.min(requestsPerRound.most, affordable));
    contestants[name] = () => server.round(requests);
  }
  const results = await interleaved(contestants, { rounds: quick ? 5 : 15, warmUps: quick ? 10 : 25 });
  for (const server of Object.values(servers)) await server.end();
  await places.end();

  const those = (prefix: string): Record<string, readonly Round[]> =>
    Object.fromEntries(
      Object.entries(results)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, found]) => [name.slice(prefix.length), found]),
    );
  return { none: results["none"] ?? [], warm: those("warm "), cold: those("cold ") };
}

async function startPeer(peer: string): Promise<MeasuredServer> {
  const app = await startApp({ peer, users: regulars, processes: 1, refresh: "non-rotating", movable: false });
  for (let user = 0; user < regulars; user += 1) await app.signIn(user);
  const cookies = app.browsers.map((browser) => browser.cookie());
  return { round: rounds({ ports: app.origins.map((origin) => Number(new URL(origin).port)), cookies, cpu: () => app.cpu() }), end: () => app.end() };
}
