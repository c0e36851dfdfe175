import { Redis } from "ioredis";
import { BasicClientSideCache, createClient, createSentinel } from "redis";
import { startProxy } from "server-kit/proxy";
import { ask } from "server-kit/redis-cluster";
import { describe, expect, it, onTestFinished } from "vitest";
import { redisStore, type RedisStoreClient } from "../src/index.js";
import { clientKinds } from "./clients.js";
import { bothClients, eventually, opened, redisOfTest, storeOn } from "./opened.js";

describe("what is in Redis", { timeout: 60_000 }, () => {
  it("is one key to a grant, with the value as it is and the expiry of the row", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port);
    const until = Date.now() + 60_000;
    await store.swap("first:key", null, "first value", until + 0.5);
    await store.swap("second.key", null, "second value");
    expect(await ask(port, "DBSIZE")).toBe(":2\r\n");
    expect(await ask(port, "GET refrain:first:key")).toBe("$11\r\nfirst value\r\n");
    expect(await ask(port, "PEXPIRETIME refrain:first:key")).toBe(`:${until + 1}\r\n`);
    expect(await ask(port, "PEXPIRETIME refrain:second.key")).toBe(":-1\r\n");
  });

  it("is not what expired long ago, even at the beginning of time", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port);
    for (const expiresAt of [0, -1, 1]) expect(await store.swap("key", null, "late", expiresAt)).toBe(true);
    expect(await ask(port, "EXISTS refrain:key")).toBe(":0\r\n");
  });

  it("lies below the prefix, where other stores and other keys are not seen", async () => {
    const { port } = await redisOfTest();
    const [store, other] = [await storeOn(port, "redis", { prefix: "a*[b]" }), await storeOn(port, "ioredis with a key prefix", { prefix: "a*[b]" })];
    await ask(port, "SET axx[b]key foreign");
    await store.swap("key", null, "one");
    await other.swap("other", null, "two");
    expect(await ask(port, "GET a*[b]key")).toContain("one");
    expect(await ask(port, "GET app[1]:a*[b]other")).toContain("two");
    expect([await listOf(store.keys?.()), await listOf(other.keys?.())]).toEqual([["key"], ["other"]]);
  });

  it("is listed beyond Redis's first page", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port);
    const written = Array.from({ length: 1500 }, (_, index) => `key ${index}`);
    // Not all at once: each call has a deadline.
    for (let from = 0; from < written.length; from += 100) await Promise.all(written.slice(from, from + 100).map((key) => store.swap(key, null, "one")));
    expect(new Set(await listOf(store.keys?.()))).toEqual(new Set(written));
  });
});

describe("a client", { timeout: 60_000 }, () => {
  it.each(Object.entries(clientKinds))("that is %s stays open when the store is closed", async (_, open) => {
    const { port } = await redisOfTest();
    const client = await opened(open(port));
    const [store, other] = [redisStore(client), redisStore(client)];
    await store.watch?.(() => {});
    await store.close?.();
    await expect(store.get("key")).rejects.toMatchObject({ code: "closed" });
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "closed" });
    expect(await other.get("key")).toBeNull();
    await other.close?.();
  });

  it("of another kind is refused at once, and so is a prefix that is none", async () => {
    const sentinel = createSentinel({ name: "primary", sentinelRootNodes: [] });
    for (const client of [{}, sentinel]) expect(() => redisStore(client as RedisStoreClient)).toThrow(TypeError);
    const client = createClient();
    for (const prefix of ["", "p".repeat(65)]) expect(() => redisStore(client, { prefix })).toThrow(TypeError);
  });

  it("that keeps a cache of its own is read past, so that a sign-out elsewhere is seen at once, and keeps what the app has in it", async () => {
    const { port } = await redisOfTest();
    const cache = new BasicClientSideCache({ ttl: 60_000, maxEntries: 100 });
    const client = await createClient({ RESP: 3, socket: { port, host: "127.0.0.1" }, clientSideCache: cache }).connect();
    onTestFinished(() => client.destroy());
    const [store, other] = [redisStore(client), await storeOn(port)];
    await other.swap("key", null, "0");
    // The app's own read fills the cache, and is served from it.
    for (let read = 0; read < 2; read++) expect(await client.get("refrain:key")).toBe("0");
    expect(cache.stats().hitCount).toBe(1);
    await (
      await store.watch?.(() => {})
    )?.();
    expect(await client.get("refrain:key")).toBe("0");
    expect(cache.stats().hitCount).toBe(2);
    for (let swapped = 0; swapped < 200; swapped++) {
      expect(await other.swap("key", String(swapped), String(swapped + 1))).toBe(true);
      expect(await store.get("key")).toBe(String(swapped + 1));
    }
    expect(cache.stats().hitCount).toBe(2);
  });

  it("that connects with its first command does", async () => {
    const { port } = await redisOfTest();
    const client = new Redis({ port, host: "127.0.0.1", lazyConnect: true });
    onTestFinished(() => client.disconnect());
    expect(await redisStore(client).get("key")).toBeNull();
  });

  it("that is inside a transaction of the app is refused: what waits in it is neither a value nor done", async () => {
    const { port } = await redisOfTest();
    const client = new Redis({ port, host: "127.0.0.1" });
    onTestFinished(() => client.disconnect());
    const store = redisStore(client);
    await store.swap("key", null, "one");
    void client.multi({ pipeline: false });
    await expect(store.get("key")).rejects.toMatchObject({ code: "inTransaction" });
    await expect(store.swap("key", "one", "two")).rejects.toMatchObject({ code: "inTransaction" });
    await client.exec();
    expect(await store.get("key")).toBe("two");
  });

  it("that answers with bytes is asked for text", async () => {
    const { port } = await redisOfTest();
    const client = await createClient({ socket: { port, host: "127.0.0.1" }, commandOptions: { typeMapping: { 36: Buffer, 58: String } } }).connect();
    onTestFinished(() => client.destroy());
    const store = redisStore(client);
    expect(await store.swap("key", null, "one")).toBe(true);
    expect(await store.get("key")).toBe("one");
    expect(await listOf(store.keys?.())).toEqual(["key"]);
  });
});

describe.each(bothClients)("a server, through %s,", { timeout: 60_000 }, (kind) => {
  it("that may evict is refused, until it no longer may", async () => {
    const { port } = await redisOfTest(["--maxmemory-policy", "allkeys-lru"]);
    const store = await storeOn(port, kind);
    await expect(store.get("key")).rejects.toMatchObject({ code: "evicts" });
    await expect(store.swap("key", null, "one")).rejects.toMatchObject({ code: "evicts" });
    expect(await ask(port, "DBSIZE")).toBe(":0\r\n");
    await ask(port, "CONFIG SET maxmemory-policy noeviction");
    expect(await store.swap("key", null, "one")).toBe(true);
  });

  it("that may evict by any policy that it knows is refused", async () => {
    const { port } = await redisOfTest();
    // The refusal of a policy that there is not lists those that there are.
    const refusal = await ask(port, "CONFIG SET maxmemory-policy none").catch(String);
    const policies = refusal.match(/\b(allkeys|volatile)-\w+/g) ?? [];
    expect(policies).toEqual(expect.arrayContaining(["allkeys-lru", "allkeys-random", "volatile-lfu", "volatile-ttl"]));
    const client = await opened(clientKinds[kind](port));
    for (const policy of policies) {
      await ask(port, `CONFIG SET maxmemory-policy ${policy}`);
      await expect(redisStore(client).get("key"), policy).rejects.toMatchObject({ code: "evicts" });
    }
  });

  it("that could not be asked is asked again", async () => {
    const { port } = await redisOfTest(["--maxmemory-policy", "allkeys-lru"]);
    const proxy = await startProxy(port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, kind);
    await eventually(() => expect(store.get("key")).rejects.toMatchObject({ code: "evicts" }));
    proxy.cutNext("answer");
    await expect(store.get("key")).rejects.toMatchObject({ name: "RedisStoreError" });
    await eventually(() => expect(store.get("key")).rejects.toMatchObject({ code: "evicts" }));
  });

  it("that tells nothing about itself, and lets nobody publish, is believed; only watch is refused", async () => {
    const { port } = await redisOfTest();
    await ask(port, "ACL SETUSER default -info -config resetchannels");
    const store = await storeOn(port, kind);
    expect(await store.swap("key", null, "one")).toBe(true);
    expect(await store.swap("key", "one", "two")).toBe(true);
    expect(await store.get("key")).toBe("two");
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "notPermitted" });
  });

  it.each(["get", "set"])("that forbids %s inside of a script is named", async (command) => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    await store.swap("key", null, "one");
    await ask(port, `ACL SETUSER default -${command}`);
    await expect(store.swap("key", "one", "two")).rejects.toMatchObject({ code: "notPermitted" });
  });

  it("that forgot the scripts is told them again", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    for (let value = 0; value < 3; value++) {
      await ask(port, "SCRIPT FLUSH");
      expect(await store.swap("key", value === 0 ? null : String(value), String(value + 1))).toBe(true);
      await ask(port, "SCRIPT FLUSH");
      expect(await store.get("key")).toBe(String(value + 1));
    }
  });
});

it("a server that knows no INFO is believed", async () => {
  const { port } = await redisOfTest(["--rename-command", "INFO", ""]);
  expect(await (await storeOn(port)).get("key")).toBeNull();
});

async function listOf(keys: AsyncIterable<string> | undefined): Promise<string[]> {
  const listed: string[] = [];
  for await (const key of keys ?? []) listed.push(key);
  return listed;
}
