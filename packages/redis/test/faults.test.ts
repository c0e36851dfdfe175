import { inspect } from "node:util";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { createClientPool } from "redis";
import { startProxy } from "server-kit/proxy";
import { ask } from "server-kit/redis-cluster";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type NodeRedisClient, RedisStoreError, type RedisStoreErrorCode, redisStore } from "../src/index.js";
import { ioredisConnection } from "../src/ioredis.js";
import { clientKinds } from "./clients.js";
import { bothClients, eventually, opened, redisOfTest, storeOn } from "./opened.js";

const key = "canary-key";
const secret = "canary-value";

it("F-001 F-002 what a pool could not send in time it does not send later", { timeout: 60_000 }, async () => {
  const redis = await redisOfTest();
  const store = await storeOn(redis.port, "a pool of redis");
  expect(await store.get(key)).toBeNull();
  await redis.kill();
  const calls = Array.from({ length: 20 }, (_, index) => store.swap(`${key} ${index}`, null, secret));
  for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ status: "rejected", reason: { name: "RedisStoreError" } });
  await redis.start();
  await eventually(() => store.get(key));
  expect(await ask(redis.port, "DBSIZE")).toBe(":0\r\n");
});

it(
  "F-002 what waits for a client of a pool is not sent once its caller was told that it is late, though the process stood still",
  { timeout: 60_000 },
  async () => {
    const redis = await redisOfTest();
    const pool = createClientPool({ socket: { host: "127.0.0.1", port: redis.port } }, { minimum: 1, maximum: 1 });
    await pool.connect();
    onTestFinished(() => pool.destroy());
    const store = redisStore(pool);
    // The server knows the script from then on: a second command would come after what reads below.
    await store.swap("another key", null, "one");
    let giveBack: () => void = () => {};
    const lent = pool.execute(() => new Promise<void>((resolve) => (giveBack = resolve)));
    const call = store.swap(key, null, secret);
    // Between the call and what it sends.
    queueMicrotask(() => standStill(300));
    await rejectsWith("late", call);
    giveBack();
    await lent;
    expect(await store.get(key)).toBeNull();
  },
);

it("F-002 ioredis, which takes nothing back, is given nothing for a caller who has gone", { timeout: 60_000 }, async () => {
  const { port } = await redisOfTest();
  const client = new Redis({ host: "127.0.0.1", port });
  onTestFinished(() => client.disconnect());
  await rejectsWith("late", ioredisConnection(client).send(key, ["SET", key, secret], AbortSignal.abort()));
  expect(await client.dbsize()).toBe(0);
});

it("F-002 signals that take commands out of the queue of redis are shared: one for each call would cost more than the call", { timeout: 60_000 }, async () => {
  const redis = await redisOfTest();
  const store = await storeOn(redis.port);
  const made = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => made.mockRestore());
  for (let call = 0; call < 100; call++) await Promise.all(Array.from({ length: 100 }, async () => store.get(key)));
  expect(made).toHaveBeenCalled();
  expect(made.mock.calls.length).toBeLessThan(1000);
});

describe.each(bothClients)("through %s", { timeout: 60_000 }, (kind) => {
  it("F-001 F-002 a server that is away is refused within a second, nothing is sent later, and the process stays up", async () => {
    const redis = await redisOfTest();
    const store = await storeOn(redis.port, kind);
    expect(await store.get(key)).toBeNull();
    await redis.kill();
    await eventually(() => rejectsWith("notConnected", store.get(key)));
    const calls = Array.from({ length: 200 }, (_, index) => rejectsWith("notConnected", store.swap(`${key} ${index}`, null, secret)));
    await Promise.all(calls);
    await redis.start();
    await eventually(() => store.get(key));
    expect(await ask(redis.port, "DBSIZE")).toBe(":0\r\n");
  });

  it("F-002 a server that hangs is given up", async () => {
    const redis = await redisOfTest();
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, kind);
    await store.get(key);
    proxy.hang();
    await rejectsWith("late", store.swap(key, null, secret));
    proxy.resume();
  });

  it("F-003 a replica that is promoted may lack what was acknowledged last, and the store goes on from there", async () => {
    const [primary, replica] = await Promise.all([redisOfTest(), redisOfTest()]);
    const [before, after] = [await storeOn(primary.port, kind), await storeOn(replica.port, kind)];
    await before.swap(key, null, "signed in");
    await ask(replica.port, `REPLICAOF 127.0.0.1 ${primary.port}`);
    await eventually(async () => expect(await ask(replica.port, `GET refrain:${key}`)).toContain("signed in"));
    await ask(replica.port, "REPLICAOF NO ONE");
    expect(await before.swap(key, "signed in", "signed out")).toBe(true);
    await primary.kill();
    expect(await after.get(key)).toBe("signed in");
    expect(await after.swap(key, "signed out", "a late write of the lost line")).toBe(false);
    expect(await after.swap(key, "signed in", "signed out")).toBe(true);
  });

  it("F-003 WAIT, on the connection of the store, says whether a replica has what was acknowledged", async () => {
    const [primary, replica] = await Promise.all([redisOfTest(), redisOfTest()]);
    await ask(replica.port, `REPLICAOF 127.0.0.1 ${primary.port}`);
    await eventually(async () => expect(await ask(replica.port, "ROLE")).toContain("connected"));
    const client = await opened(clientKinds[kind](primary.port));
    await redisStore(client).swap(key, null, "signed out");
    expect(await ("call" in client ? client.call("WAIT", "1", "2000") : (client as NodeRedisClient).sendCommand(["WAIT", "1", "2000"], {}))).toBe(1);
    await ask(replica.port, "REPLICAOF NO ONE");
    expect(await (await storeOn(replica.port, kind)).get(key)).toBe("signed out");
  });

  it("F-004 a primary that was demoted answers neither swaps nor reads, until it is one again", async () => {
    const [redis, other] = await Promise.all([redisOfTest(), redisOfTest()]);
    const store = await storeOn(redis.port, kind);
    await store.swap(key, null, "one");
    await ask(redis.port, `REPLICAOF 127.0.0.1 ${other.port}`);
    await rejectsWith("readOnly", store.swap(key, "one", secret));
    await rejectsWith("readOnly", store.get(key));
    await ask(redis.port, "REPLICAOF NO ONE");
    expect(await store.swap(key, await store.get(key), "two")).toBe(true);
  });

  it("F-004 a primary that was cut off from its replicas answers neither", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    await store.swap(key, null, "one");
    await ask(port, "CONFIG SET min-replicas-to-write 1");
    await rejectsWith("notServing", store.swap(key, "one", secret));
    await rejectsWith("notServing", store.get(key));
    await ask(port, "CONFIG SET min-replicas-to-write 0");
    expect(await store.get(key)).toBe("one");
  });

  it("F-015 a server that cannot save takes no swap, and still reads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "refrain-gone-"));
    chmodSync(folder, 0o777);
    const { port } = await redisOfTest(["--appendonly", "no", "--save", "3600", "1"]);
    const store = await storeOn(port, kind);
    await store.swap(key, null, "one");
    await ask(port, `CONFIG SET dir ${folder}`);
    rmSync(folder, { recursive: true });
    await ask(port, "BGSAVE");
    await eventually(async () => expect(await ask(port, "INFO persistence")).toContain("rdb_last_bgsave_status:err"));
    await rejectsWith("notSaving", store.swap(key, "one", secret));
    expect(await store.get(key)).toBe("one");
    // Cut off from its replicas as well, it may not know of a sign-out.
    await ask(port, "CONFIG SET min-replicas-to-write 1");
    await rejectsWith("notServing", store.get(key));
  });

  it("F-015 a server that is full takes no swap, and still reads", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    await store.swap(key, null, "one");
    await ask(port, "CONFIG SET maxmemory 1");
    await rejectsWith("full", store.swap(key, "one", secret));
    expect(await store.get(key)).toBe("one");
    await ask(port, "CONFIG SET maxmemory 0");
    expect(await store.swap(key, "one", "two")).toBe(true);
  });

  it("L-003 an error of the client, which holds the whole command, is not passed on", async () => {
    const { port } = await redisOfTest();
    const store = await storeOn(port, kind);
    await store.get(key);
    await ask(port, `LPUSH refrain:${key} ${secret}`);
    await rejectsWith("unexpected", store.swap(key, secret, secret));
    await rejectsWith("unexpected", store.get(key));
    await ask(port, "ACL SETUSER default -@all +ping");
    await rejectsWith("notPermitted", store.swap(key, null, secret));
    await store.close?.();
    await rejectsWith("closed", store.get(key));
  });

  it("L-003 F-014 nor is that of a call whose answer was lost; ioredis sends it again, and is told of its own write", async () => {
    const redis = await redisOfTest();
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.close());
    const store = await storeOn(proxy.port, kind);
    // The server knows the script from then on, and answers with more than that it does not.
    await store.swap("another key", null, "one");
    proxy.cutNext("answer");
    const lost = store.swap(key, null, secret);
    if (kind === "ioredis") expect(await lost).toBe(false);
    else await rejectsWith("connectionLost", lost);
    await eventually(async () => expect(await store.get(key)).toBe(secret));
  });
});

function standStill(forMs: number): void {
  const until = performance.now() + forMs;
  while (performance.now() < until);
}

async function rejectsWith(code: RedisStoreErrorCode, call: unknown): Promise<void> {
  const error: unknown = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RedisStoreError);
  expect(error).toMatchObject({ name: "RedisStoreError", code });
  const everything = inspect(error, { depth: Infinity, showHidden: true });
  for (const word of [key, secret, "EVALSHA", "127.0.0.1", "GET"]) expect(everything).not.toContain(word);
}
