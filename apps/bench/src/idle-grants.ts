import { memoryStore } from "@refrain/core";
import { openAuth } from "./auth.js";
import type { Measurement, Target } from "./measurement.js";
import { names } from "./names.js";
import { signedIn, signInMany } from "./sign-in-many.js";
import { type SharedKind, sharedKinds, type StoreKind } from "./stores/place.js";
import { bytesIn, fill, openPlaces } from "./stores/places.js";
import type { Row } from "./stores/row.js";

/** What one more grant with one session takes: in memory, beyond those that the process has opened lately and remembers; in a file; in Redis's memory; in a table with its indexes. */
export async function sizeOfIdleGrants(quick: boolean): Promise<readonly Measurement[]> {
  const users = quick ? 6_000 : 20_000;
  const measurements = [sizeOf("memory", await bytesInMemory(users), { most: 2 })];
  const { rows } = await signedIn(users);
  for (const kind of sharedKinds) measurements.push(sizeOf(kind, await bytesInStore(kind, rows)));
  const sealed = rows.reduce((sum, [, value]) => sum + value.length, 0) / rows.length;
  return [...measurements, { what: "size of the sealed value in each of them", value: sealed / 1024, unit: "KiB", target: null }];
}

function sizeOf(kind: StoreKind, bytes: number, target: Target | null = null): Measurement {
  return { what: names.grantSize(kind), value: bytes / 1024, unit: "KiB", target };
}

async function bytesInMemory(users: number): Promise<number> {
  const auth = openAuth(memoryStore());
  await signInMany(auth, users, "earlier");
  const before = heap();
  await signInMany(auth, users, "later");
  const bytes = (heap() - before) / users;
  // Used once more, so that nothing of it is collected before.
  await auth.check();
  return bytes;
}

async function bytesInStore(kind: SharedKind, rows: readonly Row[]): Promise<number> {
  const places = openPlaces();
  const place = await places.empty(kind);
  const before = await bytesIn(place);
  await fill(place, rows);
  const bytes = (await bytesIn(place)) - before;
  await places.end();
  return bytes / rows.length;
}

function heap(): number {
  if (globalThis.gc === undefined) throw new Error("Start it with --expose-gc.");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
