import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startProxy } from "server-kit/proxy";
import { ask } from "server-kit/redis-cluster";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { bothClients, eventually, redisOfTest, storeOn } from "./opened.js";

describe.each(bothClients)("watch, through %s,", { timeout: 60_000 }, (kind) => {
  it("tells the key of each swap that held, to all who listen, over one connection", async () => {
    const { port } = await redisOfTest();
    const [store, other] = [await storeOn(port, kind), await storeOn(port)];
    const told: string[] = [];
    const first = await store.watch?.((key) => void told.push(`first ${key}`));
    const second = await store.watch?.((key) => void told.push(`second ${key}`));
    expect(await subscribers(port)).toBe(1);
    await other.swap("a:key", null, "one");
    await other.swap("a:key", null, "lost");
    await eventually(() => expect(told).toEqual(["first a:key", "second a:key"]));
    await first?.();
    await first?.();
    await other.swap("a:key", "one", "two");
    await eventually(() => expect(told).toEqual(["first a:key", "second a:key", "second a:key"]));
    expect(await subscribers(port)).toBe(1);
    await second?.();
    await eventually(async () => expect(await subscribers(port)).toBe(0));
  });

  it("is opened anew after it was ended, and ended by close", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    const told: (string | null)[] = [];
    await (
      await store.watch?.(() => {})
    )?.();
    await store.watch?.((key) => void told.push(key));
    await store.swap("key", null, "one");
    await eventually(() => expect(told).toEqual(["key"]));
    await store.close?.();
    await eventually(async () => expect(await subscribers(port)).toBe(0));
    expect(told).toEqual(["key"]);
  });

  it("says null once for each time that its connection was renewed", async () => {
    const redis = await redisOfTest();
    const store = await storeOn(redis.port, kind);
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await ask(redis.port, "CLIENT KILL TYPE pubsub");
    await eventually(() => expect(told).toEqual([null]));
    await redis.restart();
    await eventually(() => expect(told).toEqual([null, null]));
    await eventually(() => store.swap("key", null, "one"));
    await eventually(() => expect(told).toEqual([null, null, "key"]));
  });

  it("that cannot be opened is refused, and opened at the next call", async () => {
    const redis = await redisOfTest();
    const store = await storeOn(redis.port, kind);
    await redis.kill();
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ name: "RedisStoreError" });
    await redis.start();
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await eventually(() => store.swap("key", null, "one"));
    await eventually(() => expect(told).toEqual(["key"]));
    expect(await subscribers(redis.port)).toBe(1);
  });

  it("can be ended while its connection is away", async () => {
    const redis = await redisOfTest();
    const store = await storeOn(redis.port, kind);
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await redis.kill();
    await store.close?.();
    await redis.start();
    await eventually(async () => expect(await ask(redis.port, "CLIENT LIST TYPE normal")).toMatch(/name=.*\n.*name=/));
    expect(await subscribers(redis.port)).toBe(0);
    expect(told).toEqual([]);
  });

  it("that nobody answers is given up", async () => {
    const redis = await redisOfTest();
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, kind);
    await store.get("key");
    proxy.hang();
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "connectionLost" });
    proxy.resume();
    // What is left is the store's own client and the one that asks.
    await eventually(async () => expect((await ask(redis.port, "CLIENT LIST")).match(/id=/g)).toHaveLength(2));
    expect(await store.get("key")).toBeNull();
  });

  it("that nobody answers does not hold close up", async () => {
    const redis = await redisOfTest();
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, kind);
    await store.get("key");
    proxy.hang();
    const refused = expect(store.watch?.(() => {})).rejects.toMatchObject({ name: "RedisStoreError" });
    const closedAt = performance.now();
    await store.close?.();
    expect(performance.now() - closedAt).toBeLessThan(1000);
    await refused;
  });

  it.each(["renewed", "lost"])("keeps no process alive, also when its connection was %s", async (how) => {
    const { port } = await redisOfTest();
    const program = fileURLToPath(new URL("watching-process.ts", import.meta.url));
    const child = spawn(process.execPath, ["--no-warnings", program, kind, String(port), how], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill());
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    await once(child, "close");
    expect([child.exitCode, output]).toEqual([0, how === "renewed" ? "watching, null\n" : "watching, lost\n"]);
  });
});

it(
  "watch, through a client of redis that pings, is renewed once, and ended by close, after a server that hangs dropped its connection",
  { timeout: 60_000 },
  async () => {
    const { port } = await redisOfTest();
    const proxy = await startProxy(port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, "redis with pings");
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    proxy.hang();
    // Pings of the client and of its subscriber, which wait for their answers.
    await vi.waitFor(() => expect(proxy.held()).toBeGreaterThan(1));
    await proxy.cut();
    proxy.resume();
    await eventually(async () => expect(await subscribers(port)).toBeGreaterThan(0));
    expect(await subscribers(port)).toBe(1);
    await store.close?.();
    await eventually(async () => expect(await subscribers(port)).toBe(0));
    expect(told).toEqual([null]);
  },
);

async function subscribers(port: number): Promise<number> {
  return Number(/:(\d+)\r\n$/.exec(await ask(port, "PUBSUB NUMSUB refrain:changes"))?.[1]);
}
