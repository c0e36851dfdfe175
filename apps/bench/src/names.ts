import type { Measurement } from "./measurement.js";
import type { StoreKind } from "./stores/place.js";

/** How people write the stores' names. */
export const storeNames: Readonly<Record<StoreKind, string>> = { memory: "memory", sqlite: "SQLite", redis: "Redis", postgres: "Postgres" };

/** Read from the store at each request, from `cached()`, or never seen before by this process. */
export type Reading = "strict" | "cached" | "cold";

/** What the measurements are called that are also drawn, or written into the documentation. */
export const names = {
  cpu: (contestant: string): string => `Express CPU per request, ${contestant}`,
  cpuRatio: (contestant: string): string => `${names.cpu(contestant)}, over no auth`,
  ofALine: (contestant: string): string => `${contestant}, a line`,
  noAuth: "no auth",
  idleMiddlewares: "two idle middlewares and two headers",
  reading: (kind: StoreKind, reading: Reading): string => `${storeNames[kind]}, ${reading}`,
  perSecond: (contestant: string): string => `Express requests per second, ${contestant}`,
  inProcesses: (contestant: string, processes: number): string => `${contestant}, ${processes} ${processes === 1 ? "process" : "processes"}`,
  get: (kind: StoreKind, grants: number): string => `get among ${grants.toLocaleString("en")} grants, ${storeNames[kind]}`,
  grantSize: (kind: StoreKind): string => `size of an idle grant with one session, ${storeNames[kind]}`,
};

/** @throws RangeError when this was not measured. */
export function valueOf(measurements: readonly Measurement[], name: string): number {
  const found = measurements.find(({ what }) => what === name)?.value;
  if (typeof found !== "number") throw new RangeError(`This needs a measurement that was not made: ${name}.`);
  return found;
}
