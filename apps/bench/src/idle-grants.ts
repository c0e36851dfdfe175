import { memoryStore } from "@refrain/core";
import { openAuth } from "./auth.js";
import type { Measurement } from "./measurement.js";
import { signInMany } from "./sign-in-many.js";

/** Bytes that one more grant with one session takes in memory, beyond those that the process has opened lately and remembers. */
export async function bytesPerIdleGrant(quick: boolean): Promise<readonly Measurement[]> {
  const users = quick ? 6_000 : 20_000;
  const auth = openAuth(memoryStore());
  await signInMany(auth, users, "earlier");
  const before = heap();
  await signInMany(auth, users, "later");
  const bytes = (heap() - before) / users;
  // Used once more, so that nothing of it is collected before.
  await auth.check();
  return [{ what: "memory per idle grant with one session", value: bytes / 1024, unit: "KiB", target: { most: 2 } }];
}

function heap(): number {
  if (globalThis.gc === undefined) throw new Error("Start it with --expose-gc.");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
