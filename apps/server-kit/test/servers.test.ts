import { once } from "node:events";
import { createConnection } from "node:net";
import { expect, it, vi } from "vitest";
import { startPgBouncer } from "../src/pgbouncer.js";
import { startPostgres } from "../src/postgres.js";
import { startProxy } from "../src/proxy.js";
import { startRedisCluster } from "../src/redis-cluster.js";
import { startRedis } from "../src/redis.js";
import { ask } from "../src/redis-cluster.js";

it("a Redis keeps what it acknowledged through a crash, and leaves nothing behind", { timeout: 60_000 }, async () => {
  const redis = await startRedis();
  await ask(redis.port, "SET key value");
  await redis.restart();
  expect(await ask(redis.port, "GET key")).toContain("value");
  await redis.stop();
  await expect(ask(redis.port, "PING")).rejects.toThrow("ECONNREFUSED");
});

it("a cluster of three serves", { timeout: 60_000 }, async () => {
  const cluster = await startRedisCluster();
  expect(cluster.nodes).toHaveLength(3);
  await cluster.stop();
});

it("a Postgres and a PgBouncer in front of it serve and end", { timeout: 60_000 }, async () => {
  const postgres = await startPostgres();
  const pgbouncer = await startPgBouncer(postgres.port);
  await postgres.restart();
  await pgbouncer.stop();
  await postgres.stop();
});

it("a proxy passes, holds back, refuses, and cuts before the request or before its answer", { timeout: 60_000 }, async () => {
  const redis = await startRedis();
  const proxy = await startProxy(redis.port);
  expect(await ask(proxy.port, "SET key one")).toContain("OK");
  proxy.hang();
  const waiting = ask(proxy.port, "SET key two");
  expect(await ask(redis.port, "GET key")).toContain("one");
  proxy.resume();
  expect(await waiting).toContain("OK");
  proxy.hang("answers");
  const unanswered = ask(proxy.port, "SET key of-which-nobody-hears");
  await vi.waitFor(() => expect(proxy.held()).toBe(1), 5000);
  expect(await ask(redis.port, "GET key")).toContain("of-which-nobody-hears");
  proxy.resume();
  expect(await unanswered).toContain("OK");
  proxy.hang();
  const left = createConnection(proxy.port, "127.0.0.1", () => void left.write("SET key of-who-has-left\r\n"));
  await once(left, "connect");
  await vi.waitFor(() => expect(proxy.held()).toBeGreaterThan(0), 5000);
  const before = proxy.held();
  left.destroy();
  await vi.waitFor(() => expect(proxy.held()).toBeGreaterThan(before), 5000);
  proxy.resume();
  await vi.waitFor(async () => expect(await ask(redis.port, "GET key")).toContain("of-who-has-left"), 5000);
  proxy.refuse();
  await ended(proxy.port, "SET key refused");
  proxy.resume();
  expect(await ask(proxy.port, "GET key")).toContain("of-who-has-left");
  proxy.cutNext("answer");
  await ended(proxy.port, "SET key three");
  expect(await ask(redis.port, "GET key")).toContain("three");
  proxy.cutNext("request");
  expect(proxy.armed()).toBe(true);
  await ended(proxy.port, "SET key four");
  expect(proxy.armed()).toBe(false);
  expect(await ask(proxy.port, "GET key")).toContain("three");
  await proxy.close();
  await redis.stop();
});

/** Sends a command and waits for the end of the connection, on which nothing may have come. */
function ended(port: number, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => void socket.write(`${command}\r\n`));
    socket.on("data", (data) => reject(new Error(`Came through: ${data.toString()}`)));
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
}
