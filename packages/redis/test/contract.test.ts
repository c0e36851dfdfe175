import type { Store } from "@refrain/core";
import { describeStore } from "@refrain/core/testing";
import { startProxy } from "server-kit/proxy";
import { type RedisServer, startRedis } from "server-kit/redis";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { redisStore } from "../src/index.js";
import { clientKinds, clientsOn } from "./clients.js";
import { opened } from "./opened.js";

let redis: RedisServer;
beforeAll(async () => void (redis = await startRedis()), 60_000);
afterAll(() => redis.stop());

for (const [kind, open] of Object.entries(clientKinds)) {
  describeStore(`redisStore over ${kind}`, async () => {
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.close());
    const another = async (): Promise<Store> => redisStore(await opened(open(proxy.port)));
    return { store: await another(), second: another, server: { ...proxy, restart: () => redis.restart() } };
  });
}

const given = process.env["REDIS_URL"] || undefined;
if (given !== undefined) {
  describeStore("redisStore on the server that REDIS_URL names, over redis", async () => {
    const another = async (): Promise<Store> => redisStore(await opened(clientsOn(given).redis()));
    return { store: await another(), second: another };
  });
  describeStore("redisStore on the server that REDIS_URL names, over ioredis", async () => {
    const another = async (): Promise<Store> => redisStore(await opened(clientsOn(given).ioredis()));
    return { store: await another(), second: another };
  });
}
