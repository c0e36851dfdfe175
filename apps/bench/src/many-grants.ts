import { randomBytes } from "node:crypto";
import { openAuth } from "./auth.js";
import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { median } from "./median.js";
import { names, storeNames } from "./names.js";
import { signedIn } from "./sign-in-many.js";
import { openStore, type StoreKind, storeKinds } from "./stores/place.js";
import { openPlaces, type Places } from "./stores/places.js";
import type { Row } from "./stores/row.js";

/** Among how many grants one is read. */
export const grantCounts: readonly number[] = [10, 1_000, 100_000, 1_000_000];

const strangers = 500;

/**
 * What one user's request costs among few and among many. A user at random among a million is one whom the process has not seen lately: the cookie is hashed, the grant
 * is read and opened. Of these only the read can tell how many grants there are, so it is measured for each number of them: one call after the other, by the time until it is answered, so that the
 * work of a server is in it.
 */
export async function manyGrants(quick: boolean): Promise<readonly Measurement[]> {
  const counts = quick ? grantCounts.slice(0, -1) : grantCounts;
  const places = openPlaces();
  const measurements: Measurement[] = [];
  for (const kind of storeKinds) measurements.push(...(await costs(kind, places, counts, quick)));
  return measurements;
}

async function costs(kind: StoreKind, places: Places, counts: readonly number[], quick: boolean): Promise<readonly Measurement[]> {
  const contestants: Record<string, () => Promise<number>> = { session: await firstLook(kind, places) };
  const sealed = (await signedIn(1)).rows[0]?.[1] ?? "";
  for (const grants of counts) contestants[grants] = await read(kind, places, sealed, grants, quick ? 1_000 : 3_000);
  const { session = [], ...reads } = await interleaved(contestants, { rounds: quick ? 7 : 15, warmUps: 3 });
  const cost = (grants: number | undefined): number => median(reads[String(grants)] ?? []);
  const [fewest, most] = [counts[0], counts.at(-1)];
  return [
    { what: `auth.session() at first sight, ${storeNames[kind]}`, value: median(session), unit: "µs", target: null },
    ...counts.map((grants) => ({ what: names.get(kind, grants), value: cost(grants), unit: "µs", target: null })),
    {
      what: `auth.session() at first sight, ${most?.toLocaleString("en")} grants over ${fewest}, ${storeNames[kind]}`,
      value: (median(session) + cost(most) - cost(fewest)) / median(session),
      unit: "x",
      target: { most: 1.1 },
    },
  ];
}

/** Microseconds until a session is there, beginning each round with nothing remembered. */
async function firstLook(kind: StoreKind, places: Places): Promise<() => Promise<number>> {
  const { cookies, rows } = await signedIn(strangers);
  const store = await openStore(await places.filled(kind, rows));
  return async () => {
    const auth = openAuth(store);
    const startedAt = performance.now();
    for (const cookie of cookies) if ((await auth.session({ cookie })) === null) throw new Error("A grant is gone.");
    return ((performance.now() - startedAt) * 1_000) / strangers;
  };
}

/** Microseconds until a grant at random is there. */
async function read(kind: StoreKind, places: Places, sealed: string, grants: number, reads: number): Promise<() => Promise<number>> {
  const keys = Array.from({ length: grants }, () => randomBytes(32).toString("base64url"));
  const store = await openStore(await places.filled(kind, rowsLike(sealed, keys)));
  return async () => {
    const chosen = Array.from({ length: reads }, () => keys[Math.floor(Math.random() * grants)] ?? "");
    const startedAt = performance.now();
    for (const key of chosen) if ((await store.get(key)) === null) throw new Error("A grant is gone.");
    return ((performance.now() - startedAt) * 1_000) / reads;
  };
}

/** Of a real one's length, no two alike, and flat: a string put together from two would share one of them with all the others. */
function* rowsLike(sealed: string, keys: readonly string[]): Generator<Row> {
  for (const key of keys) yield [key, Buffer.from(key + sealed.slice(key.length)).toString("latin1")];
}
