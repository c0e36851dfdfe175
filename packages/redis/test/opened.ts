import type { Store } from "@refrain/core";
import { type RedisServer, startRedis } from "server-kit/redis";
import { onTestFinished, vi } from "vitest";
import { type RedisStoreClient, type RedisStoreOptions, redisStore } from "../src/index.js";
import { clientKinds, type OpenClient } from "./clients.js";

/** The two clients, told apart in all that concerns connections and errors. */
export const bothClients = ["redis", "ioredis"] as const;

/** A Redis that goes with the test. */
export async function redisOfTest(settings: readonly string[] = []): Promise<RedisServer> {
  const redis = await startRedis(() => settings);
  onTestFinished(() => redis.stop());
  return redis;
}

/** A client that goes with the test. */
export async function opened(opening: Promise<OpenClient>): Promise<RedisStoreClient> {
  const { client, end } = await opening;
  onTestFinished(() => void end());
  return client;
}

/** A store on a new client of a kind, which both go with the test. */
export async function storeOn(port: number, kind: keyof typeof clientKinds = "redis", options: RedisStoreOptions = {}): Promise<Store> {
  const store = redisStore(await opened(clientKinds[kind](port)), options);
  onTestFinished(() => store.close?.());
  return store;
}

/** Waits for a condition, longer than a busy machine needs. */
export function eventually<Result>(condition: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(condition, { timeout: 20_000, interval: 20 });
}
