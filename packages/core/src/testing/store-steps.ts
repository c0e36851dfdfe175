import { expect } from "vitest";
import type { Store } from "../store/store.js";
import type { StoreTime } from "./store-harness.js";

/** The life of a value that is to expire within a check. */
export const briefMs = 40;

/** A key that no other check uses. */
export function newKey(): string {
  return `contract:${Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-")}`;
}

/** A new key with a value. */
export async function written(store: Store, value: string, expiresAt?: number): Promise<string> {
  const key = newKey();
  expect(await store.swap(key, null, value, expiresAt)).toBe(true);
  return key;
}

/** A key whose value "expired" has expired. */
export async function expired(store: Store, time: StoreTime, key: string = newKey()): Promise<string> {
  expect(await store.swap(key, null, "expired", time.now() + briefMs)).toBe(true);
  await time.advance(briefMs + 10);
  return key;
}

/** A key whose value was swapped to "two" before its first expiry, which has passed. In real time the first value may be gone too soon on a busy machine: then again. */
export async function outlived(store: Store, time: StoreTime, expiresAt?: number): Promise<string> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const key = await written(store, "one", time.now() + briefMs);
    if (!(await store.swap(key, "one", "two", expiresAt))) continue;
    await time.advance(briefMs + 10);
    return key;
  }
  throw new Error("A value could not be swapped before it expired, five times over.");
}

/** 32 swaps at once, spread over the handles, of which exactly one must hold. */
export async function race(handles: readonly Store[], key: string, before: string | null, expiresAt: number): Promise<void> {
  const entries = Array.from({ length: 32 / handles.length }, () => handles).flat();
  const runners = entries.map((store) => ({ store, value: newKey() }));
  const held = await Promise.all(runners.map(({ store, value }) => store.swap(key, before, value, expiresAt)));
  const winners = runners.filter((_, index) => held[index]);
  expect(winners).toHaveLength(1);
  for (const store of handles) expect(await store.get(key)).toBe(winners[0]?.value);
}

/** A watch listener, and a promise for its next word of `key`; with `null`, only `null` will do. */
export function nextChange(key: string | null, ms = 1000): { listener: (key: string | null) => void; heard: () => Promise<void> } {
  let tell: (() => void) | undefined;
  return {
    listener(changed) {
      if (changed === key || changed === null) tell?.();
    },
    heard: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`The watch told nothing within ${ms} ms.`)), ms);
        tell = () => {
          clearTimeout(late);
          resolve();
        };
      }),
  };
}

class StillWaiting extends Error {}

/** The call's own result, if it comes in time. */
export function endsWithin<Result>(ms: number, call: Result | Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StillWaiting(`A call is still waiting after ${ms} ms.`)), ms);
    Promise.resolve(call)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** What became of a call. */
export async function outcome<Result>(call: Promise<Result>): Promise<Result | "rejected" | "waiting"> {
  try {
    return await call;
  } catch (error) {
    return error instanceof StillWaiting ? "waiting" : "rejected";
  }
}

/** Resolves once a read is answered again. */
export async function worksAgain(store: Store, ms: number): Promise<void> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const answered = await outcome(endsWithin(ms, store.get(newKey())));
    if (answered === null) return;
    if (performance.now() > giveUpAt) throw new Error(`The store does not work again within ${ms} ms: a get is ${answered}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** After a swap of unknown outcome: what is read is one of these, and the next swap from it holds. One that is applied late may come between, once. */
export async function settled(store: Store, key: string, possible: readonly string[], expiresAt: number): Promise<void> {
  for (let tries = 0; tries < possible.length; tries++) {
    const value = await store.get(key);
    expect(possible).toContain(value);
    if (!(await store.swap(key, value, "settled", expiresAt))) continue;
    expect(await store.get(key)).toBe("settled");
    return;
  }
  throw new Error("No swap holds from the value that is read.");
}
