import { randomUUID } from "node:crypto";
import type { Store } from "@refrain/core";
import { describeStore } from "@refrain/core/testing";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { ask, type RedisCluster, startRedisCluster } from "server-kit/redis-cluster";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type RedisStoreError, redisStore } from "../src/index.js";
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
    expect(await Promise.all(keys.map(async (key) => store.get(key)))).toEqual(keys.map(() => null));
    const [first] = cluster.nodes;
    await first?.kill();
    const calls = await Promise.allSettled(keys.map((key) => store.swap(key, null, "one", Date.now() + 60_000)));
    await cluster.restart();
    const refused = calls.flatMap((call, index) =>
      call.status === "rejected" ? [{ key: keys[index] ?? "", code: (call.reason as RedisStoreError).code }] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(keys.length);
    // On a busy machine ioredis has not used up its retries when the caller is told; what is late it may still send.
    const over = refused.filter(({ code }) => kind === "redis, clustered" || code !== "late");
    const values = await eventually(() => Promise.all(over.map(async ({ key }) => store.get(key))));
    expect(values).toEqual(over.map(() => null));
  });

  it("refuses a cluster of which one primary evicts", async () => {
    const [, , last] = cluster.nodes;
    await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy volatile-ttl");
    onTestFinished(async () => void (await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy noeviction")));
    await expect((await another()).get("key")).rejects.toMatchObject({ code: "evicts" });
  });

  it("hears through another primary when the one it heard through has gone", async () => {
    const [store, other] = [await another(), await another()];
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    const heard = await Promise.all(cluster.nodes.map(({ port }) => ask(port, "PUBSUB NUMSUB refrain:changes")));
    const gone = cluster.nodes[heard.findIndex((count) => count.endsWith(":1\r\n"))];
    expect(gone).toBeDefined();
    onTestFinished(() => cluster.restart());
    await gone?.kill();
    await eventually(() => expect(told).toContain(null));
    const written = await eventually(() => writtenTo(other));
    await eventually(() => expect(told).toEqual(expect.arrayContaining(written)));
  });

  it("serves what lies on the other primaries while one hangs that could not be asked whether it evicts", async () => {
    const client = await opened(clusterKinds[kind](cluster.proxy.ports));
    await redisStore(client).get("key");
    const store = redisStore(client);
    const [, , last] = cluster.nodes;
    await ask(last?.port ?? 0, "CLIENT PAUSE 60000 ALL");
    onTestFinished(() => cluster.restart());
    expect((await eventually(() => writtenTo(store))).length).toBeLessThan(30);
  });

  it("watches through a client that is still connecting, once it is connected", async () => {
    const client = connecting[kind]();
    const store = redisStore(client);
    onTestFinished(() => store.close?.());
    const told: (string | null)[] = [];
    const watching = store.watch?.((key) => void told.push(key));
    if ("masters" in client) await client.connect();
    await watching;
    await store.swap(`${kind} connecting`, null, "one", Date.now() + 60_000);
    await eventually(() => expect(told).toContain(`${kind} connecting`));
  });

  it("begins while a primary is away, whichever of those its client was told of", async () => {
    const [first] = cluster.nodes;
    await first?.kill();
    onTestFinished(() => cluster.restart());
    const client = connecting[kind]();
    // Before it connects: an error of the node that is away, to which nobody listens, would end its `connect`.
    const store = redisStore(client);
    onTestFinished(() => store.close?.());
    if ("masters" in client) await client.connect();
    const told: (string | null)[] = [];
    await eventually(() => store.watch?.((key) => void told.push(key)));
    const written = await eventually(() => writtenTo(store));
    await eventually(() => expect(told).toEqual(expect.arrayContaining(written)));
  });
});

describe("ioredis, clustered", { timeout: 60_000 }, () => {
  it("is connected by what is asked first, if it is lazy: watch, keys, and whether a primary evicts", async () => {
    const stores = Array.from({ length: 3 }, () => redisStore(ofTest(new Cluster(startupNodes(), { lazyConnect: true }))));
    for (const store of stores) onTestFinished(() => store.close?.());
    const [watching, listing, checking] = stores as [Store, Store, Store];
    await watching.watch?.(() => {});
    const written = await writtenTo(watching);
    const listed: string[] = [];
    for await (const key of listing.keys?.() ?? []) listed.push(key);
    expect(listed).toEqual(expect.arrayContaining(written));
    const [, , last] = cluster.nodes;
    await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy volatile-ttl");
    onTestFinished(async () => void (await ask(last?.port ?? 0, "CONFIG SET maxmemory-policy noeviction")));
    await expect(checking.get("key")).rejects.toMatchObject({ code: "evicts" });
  });
});

/** Clients that know no node yet. With connections to all nodes, that of `redis` would not begin without one of them. */
const connecting = {
  "redis, clustered": () => {
    const client = createCluster({ rootNodes: startupNodes().map((socket) => ({ socket })), minimizeConnections: true });
    onTestFinished(() => client.destroy());
    return client;
  },
  "ioredis, clustered": () => ofTest(new Cluster(startupNodes())),
};

function startupNodes(): { host: string; port: number }[] {
  return cluster.proxy.ports.map((port) => ({ host: "127.0.0.1", port }));
}

function ofTest(client: Cluster): Cluster {
  onTestFinished(() => client.disconnect());
  return client;
}

/** Writes to all primaries. Resolves to the keys whose primary answered, of which there must be some. */
async function writtenTo(store: Store): Promise<string[]> {
  const keys = Array.from({ length: 30 }, () => randomUUID());
  const calls = await Promise.allSettled(keys.map((key) => store.swap(key, null, "one", Date.now() + 60_000)));
  const written = keys.filter((_, index) => calls[index]?.status === "fulfilled");
  expect(written.length).toBeGreaterThan(0);
  return written;
}

async function storeOver(kind: keyof typeof clusterKinds): Promise<Store> {
  const store = redisStore(await opened(clusterKinds[kind](cluster.proxy.ports)));
  onTestFinished(() => store.close?.());
  return store;
}
