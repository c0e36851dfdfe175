import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startProxy } from "server-kit/proxy";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { postgresSchema, postgresStore } from "../src/index.js";
import { eventually, poolOn, postgresOfFile, postgresOfTest, run, storeOn, throughPort } from "./servers.js";

const listeners = (url: string): Promise<Record<string, unknown>[]> =>
  run(url, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");

const databaseOfTest = postgresOfFile();

describe("watch", { timeout: 60_000 }, () => {
  it("is there only where the store may listen, and only such stores tell", async () => {
    const { url } = await databaseOfTest();
    const [deaf, store] = [storeOn(url), storeOn(url, { listen: poolOn(url) })];
    expect(deaf.watch).toBeUndefined();
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await deaf.swap("unheard", null, "one");
    await store.swap("a:key", null, "one");
    await store.swap("a:key", null, "lost");
    await store.swap("a:key", "one", "two");
    await eventually(() => expect(told).toEqual(["a:key", "a:key"]));
  });

  it("hears nothing of another table", async () => {
    const { url } = await databaseOfTest();
    await run(url, postgresSchema("other_grants"));
    const [store, other] = [storeOn(url, { listen: poolOn(url) }), storeOn(url, { table: "other_grants", listen: poolOn(url) })];
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await other.swap("key", null, "one");
    await store.swap("own", null, "one");
    await eventually(() => expect(told).toEqual(["own"]));
  });

  it("takes one connection for all who listen, from the pool of the store itself if that is given, and gives it back", async () => {
    const { url } = await databaseOfTest();
    const pool = poolOn(url, { max: 2 });
    const store = postgresStore(pool, { listen: pool });
    const told: string[] = [];
    const first = await store.watch?.((key) => void told.push(`first ${key}`));
    const second = await store.watch?.((key) => void told.push(`second ${key}`));
    expect(await listeners(url)).toHaveLength(1);
    await store.swap("key", null, "one");
    await eventually(() => expect(told).toEqual(["first key", "second key"]));
    await first?.();
    await second?.();
    await eventually(async () => expect(await listeners(url)).toHaveLength(0));
    await store.watch?.(() => {});
    expect(await listeners(url)).toHaveLength(1);
    await store.close?.();
    await eventually(async () => expect(await listeners(url)).toHaveLength(0));
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "closed" });
  });

  it("says null once for each time that its connection was renewed", async () => {
    const postgres = await postgresOfTest();
    const store = storeOn(postgres.url, { listen: poolOn(postgres.url) });
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    const [listener] = await listeners(postgres.url);
    await run(postgres.url, `SELECT pg_terminate_backend(${String(listener?.["pid"])})`);
    await eventually(() => expect(told).toEqual([null]));
    await postgres.restart();
    await eventually(() => expect(told).toEqual([null, null]));
    await eventually(() => store.swap("key", null, "one"));
    await eventually(() => expect(told).toEqual([null, null, "key"]));
  });

  it("that cannot be opened is refused, and opened at the next call", async () => {
    const postgres = await postgresOfTest();
    const store = storeOn(postgres.url, { listen: poolOn(postgres.url) });
    await postgres.kill();
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ name: "PostgresStoreError", code: "notConnected" });
    await postgres.start();
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await store.swap("key", null, "one");
    await eventually(() => expect(told).toEqual(["key"]));
  });

  it("can be ended while its connection is away", async () => {
    const postgres = await postgresOfTest();
    const direct = poolOn(postgres.url);
    const store = storeOn(postgres.url, { listen: direct });
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await postgres.kill();
    await eventually(() => expect(direct.totalCount).toBe(0));
    await store.close?.();
    expect(told).toEqual([]);
  });

  it("that nobody answers is given up", async () => {
    const { url, port } = await databaseOfTest();
    const proxy = await startProxy(port);
    onTestFinished(() => proxy.close());
    const direct = poolOn(throughPort(url, proxy.port));
    await direct.query("SELECT 1");
    proxy.hang();
    await expect(storeOn(url, { listen: direct }).watch?.(() => {})).rejects.toMatchObject({ code: "late" });
    await eventually(() => expect(direct.totalCount).toBe(0));
    proxy.resume();
    await eventually(async () => expect(await listeners(url)).toHaveLength(0));
  });

  it("that nobody answers does not hold close up", async () => {
    const { url, port } = await databaseOfTest();
    const proxy = await startProxy(port);
    onTestFinished(() => proxy.close());
    const direct = poolOn(throughPort(url, proxy.port));
    await direct.query("SELECT 1");
    proxy.hang();
    const store = storeOn(url, { listen: direct });
    const refused = expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "late" });
    const closedAt = performance.now();
    await store.close?.();
    expect(performance.now() - closedAt).toBeLessThan(1000);
    await refused;
    proxy.resume();
  });

  it("whose connection ends while it is opened is refused, and not opened behind the caller's back", async () => {
    const { url, port } = await databaseOfTest();
    const proxy = await startProxy(port);
    onTestFinished(() => proxy.close());
    const direct = poolOn(throughPort(url, proxy.port));
    const store = storeOn(url, { listen: direct });
    await direct.query("SELECT 1");
    proxy.cutNext("request");
    await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: "connectionLost" });
    const opened = vi.spyOn(direct, "connect");
    const told: (string | null)[] = [];
    await store.watch?.((key) => void told.push(key));
    await proxy.cut();
    await eventually(() => expect(told).toEqual([null]));
    expect(opened).toHaveBeenCalledTimes(2);
  });

  it.each(["renewed", "lost"])("keeps no process alive, also when its connection was %s", async (how) => {
    const { url } = await postgresOfTest();
    const program = fileURLToPath(new URL("watching-process.ts", import.meta.url));
    const child = spawn(process.execPath, ["--no-warnings", program, url, how], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill());
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    await once(child, "close");
    expect([child.exitCode, output]).toEqual([0, how === "renewed" ? "watching, null\n" : "watching, lost\n"]);
  });
});
