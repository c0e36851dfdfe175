import { memoryStore, type Store } from "@refrain/core";
import { randomBytes } from "node:crypto";
import { openAuth } from "./auth.js";
import type { Measurement } from "./measurement.js";
import { median } from "./median.js";
import { signInMany } from "./sign-in-many.js";
import { filledStore, type StoreKind } from "./stores.js";

const counts = [10, 1_000, 100_000, 1_000_000];
const reads = 5_000;
const rounds = 9;
const strangers = 500;

/**
 * What one user's request costs among few and among many. A user at random among a million is one whom the process has not seen lately: the cookie is hashed, the grant
 * is read and opened. Of these only the read can tell how many grants there are, so it is measured for each number of them.
 */
export async function manyGrants(quick: boolean): Promise<readonly Measurement[]> {
  const sealed = await sealedGrant();
  return [...(await costs("memory", sealed, quick)), ...(await costs("sqlite", sealed, quick))];
}

async function costs(kind: StoreKind, sealed: string, quick: boolean): Promise<readonly Measurement[]> {
  const session = await firstLookCost(kind);
  const readCosts: { readonly grants: number; readonly microseconds: number }[] = [];
  for (const grants of quick ? counts.slice(0, -1) : counts) readCosts.push({ grants, microseconds: await readCost(kind, sealed, grants) });
  const [fewest, most] = [readCosts[0], readCosts.at(-1)];
  if (fewest === undefined || most === undefined) throw new RangeError("Nothing was measured.");
  return [
    { what: `auth.session() at first sight, ${kind}`, value: session, unit: "µs", target: null },
    ...readCosts.map(({ grants, microseconds }) => ({
      what: `read among ${grants.toLocaleString("en")} grants, ${kind}`,
      value: microseconds,
      unit: "µs",
      target: null,
    })),
    {
      what: `auth.session() at first sight, ${most.grants.toLocaleString("en")} grants over 10, ${kind}`,
      value: (session + most.microseconds - fewest.microseconds) / session,
      unit: "x",
      target: { most: 1.1 },
    },
  ];
}

/** Microseconds of CPU. Each round begins with nothing remembered. */
async function firstLookCost(kind: StoreKind): Promise<number> {
  let cookies: readonly string[] = [];
  const store = await filledStore(kind, async (empty) => {
    cookies = await signInMany(openAuth(empty), strangers);
  });
  const costsOfRounds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const auth = openAuth(store);
    const before = process.cpuUsage();
    for (const cookie of cookies) if ((await auth.session({ cookie })) === null) throw new Error("A grant is gone.");
    const { user, system } = process.cpuUsage(before);
    costsOfRounds.push((user + system) / strangers);
  }
  await store.close?.();
  return median(costsOfRounds);
}

async function readCost(kind: StoreKind, sealed: string, grants: number): Promise<number> {
  const keys = Array.from({ length: grants }, () => randomBytes(32).toString("base64url"));
  const store = await filledStore(kind, async (empty) => {
    // Of a real one's length, no two alike, and flat: a string put together from two would share one of them with all the others.
    for (const key of keys) await empty.swap(key, null, Buffer.from(key + sealed.slice(key.length)).toString("latin1"), Date.now() + 86_400_000);
  });
  const costsOfRounds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const chosen = Array.from({ length: reads }, () => keys[Math.floor(Math.random() * grants)] ?? "");
    const before = process.cpuUsage();
    for (const key of chosen) if ((await store.get(key)) === null) throw new Error("A grant is gone.");
    const { user, system } = process.cpuUsage(before);
    costsOfRounds.push((user + system) / reads);
  }
  await store.close?.();
  return median(costsOfRounds);
}

async function sealedGrant(): Promise<string> {
  const store: Store = memoryStore();
  await signInMany(openAuth(store), 1);
  for await (const key of store.keys?.() ?? []) return (await store.get(key)) ?? "";
  throw new Error("Nobody was signed in.");
}
