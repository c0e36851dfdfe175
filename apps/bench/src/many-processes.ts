import { cpus } from "node:os";
import { absolute } from "./express-requests.js";
import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { type MeasuredServer, type Round, startServer } from "./measured-server.js";
import { names, storeNames } from "./names.js";
import { signedIn } from "./sign-in-many.js";
import { sharedKinds } from "./stores/place.js";
import { openPlaces } from "./stores/places.js";

const users = 100;

/** How many processes share a store in this measurement. */
export const processCounts: readonly number[] = [1, 4];

/**
 * The same requests to one process and to four that share a store, each connection to the next one. What is asked is what a request costs when a store is shared; how much more several processes serve depends on the cores
 * that are left for them, beside the store's server and whoever sends the requests.
 */
export async function manyProcesses(quick: boolean): Promise<readonly Measurement[]> {
  const servers = await startAll();
  // As many to each process as it takes the compiler to settle.
  for (const { server, processes } of servers.values()) await server.round((quick ? 25_000 : 50_000) * processes);
  const contestants: Record<string, () => Promise<Round>> = {};
  for (const [name, { server }] of servers) contestants[name] = () => server.round(quick ? 2_000 : 4_000);
  const results = await interleaved(contestants, { rounds: quick ? 5 : 15, warmUps: 1 });
  for (const { server } of servers.values()) await server.end();
  const group = `Express on ${cpus().length} cores, which the processes share with the store's server and the sender of the requests`;
  return Object.entries(results).flatMap(([name, rounds]) => absolute(name, rounds).map((measurement) => ({ group, ...measurement })));
}

interface Started {
  readonly server: MeasuredServer;
  readonly processes: number;
}

async function startAll(): Promise<Map<string, Started>> {
  const places = openPlaces();
  const { cookies, rows } = await signedIn(users);
  const servers = new Map<string, Started>();
  for (const processes of processCounts)
    servers.set(names.inProcesses(names.noAuth, processes), { server: await startServer("none", { processes, staysAwake: false }), processes });
  for (const kind of sharedKinds) {
    const place = await places.filled(kind, rows);
    for (const processes of processCounts) {
      servers.set(names.inProcesses(storeNames[kind], processes), {
        server: await startServer({ place }, { cookies, processes, staysAwake: false }),
        processes,
      });
    }
  }
  return servers;
}
