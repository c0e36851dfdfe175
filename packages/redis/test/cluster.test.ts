import type { Store } from "@refrain/core";
import { describeStore } from "@refrain/core/testing";
import { ask, type RedisCluster, startRedisCluster } from "server-kit/redis-cluster";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { redisStore } from "../src/index.js";
import { clusterKinds } from "./clients.js";
import { eventually, opened } from "./opened.js";

let cluster: RedisCluster;
beforeAll(async () => void (cluster = await startRedisCluster()), 60_000);
afterAll(() => cluster.stop());

describe.each(Object.keys(clusterKinds) as (keyof typeof clusterKinds)[])("%s", { timeout: 60_000 }, (kind) => {
  const another = (): Promise<Store> => storeOver(kind);

  describeStore(`redisStore over ${kind}`, async () => ({
    store: await another(),
    second: another,
    server: { ...cluster.proxy, restart: () => cluster.restart() },
  }));

  it("spreads its keys over the primaries, and lists those of all", async () => {
    const store = await another();
    const written = Array.from({ length: 60 }, (_, index) => `${kind} ${index}`);
    await Promise.all(written.map((key) => store.swap(key, null, "one", Date.now() + 60_000)));
    const sizes = await Promise.all(cluster.nodes.map(async ({ port }) => Number((await ask(port, "DBSIZE")).slice(1))));
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    const listed = new Set<string>();
    for await (const key of store.keys?.() ?? []) if (key.startsWith(kind)) listed.add(key);
    expect(listed).toEqual(new Set(written));
  });

  it("F-001 F-002 refuses what lies on a primary that is away, and sends none of it later", async () => {
    const store = await another();
    const keys = Array.from({ length: 60 }, (_, index) => `${kind} away ${index}`);
    expect(await Promise.all(keys.map((key) => store.get(key)))).toEqual(keys.map(() => null));
    const [first] = cluster.nodes;
    await first?.kill();
    const calls = await Promise.allSettled(keys.map((key) => store.swap(key, null, "one", Date.now() + 60_000)));
    await cluster.restart();
    const refused = keys.filter((_, index) => calls[index]?.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(keys.length);
    const values = await eventually(() => Promise.all(refused.map((key) => store.get(key))));
    expect(values).toEqual(refused.map(() => null));
  });

  it("refuses a cluster of which one primary evicts", async () => {
    const [, , last] = cluster.nodes;
    await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy volatile-ttl");
    onTestFinished(async () => void (await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy noeviction")));
    await expect((await another()).get("key")).rejects.toMatchObject({ code: "evicts" });
  });
});

it("redis, clustered, hears through another primary when the one it heard through has gone", { timeout: 60_000 }, async () => {
  const [store, other] = [await storeOver("redis, clustered"), await storeOver("redis, clustered")];
  const told: (string | null)[] = [];
  await store.watch?.((key) => void told.push(key));
  const heard = await Promise.all(cluster.nodes.map(({ port }) => ask(port, "PUBSUB NUMSUB refrain:changes")));
  const gone = cluster.nodes[heard.findIndex((count) => count.endsWith(":1\r\n"))];
  expect(gone).toBeDefined();
  onTestFinished(() => cluster.restart());
  await gone?.kill();
  await eventually(() => expect(told).toContain(null));
  // A process that begins now works with the primaries that are left.
  const keys = Array.from({ length: 30 }, (_, index) => `heard ${index}`);
  const written = await eventually(async () => {
    const held = await Promise.allSettled(keys.map((key) => other.swap(key, null, "one", Date.now() + 60_000)));
    const answered = keys.filter((_, index) => held[index]?.status === "fulfilled");
    expect(answered.length).toBeGreaterThan(0);
    return answered;
  });
  await eventually(() => expect(told).toEqual(expect.arrayContaining(written)));
});

async function storeOver(kind: keyof typeof clusterKinds): Promise<Store> {
  const store = redisStore(await opened(clusterKinds[kind](cluster.proxy.port)));
  onTestFinished(() => store.close?.());
  return store;
}
