import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@refrain/core";
import { type Connection, ignoreErrors } from "./connection.js";
import { refuseEviction } from "./eviction.js";
import { inTime } from "./in-time.js";
import { type IORedisClient, type IORedisCluster, ioredisClusterConnection, ioredisConnection } from "./ioredis.js";
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisPool,
  nodeRedisClusterConnection,
  nodeRedisConnection,
  nodeRedisPoolConnection,
} from "./node-redis.js";
import { queueDeadlines } from "./queue-deadline.js";
import { RedisStoreError, toRedisStoreError } from "./redis-store-error.js";
import { readScript, runScript, swapScript, unsavedReadScript } from "./scripts.js";
import { watchThrough } from "./watch.js";

/** An open client of `redis` 6 (`createClient`, `createClientPool`, `createCluster`) or of `ioredis` 6 (`Redis`, `Cluster`). */
export type RedisStoreClient = NodeRedisClient | NodeRedisPool | NodeRedisCluster | IORedisClient | IORedisCluster;

/** How {@link redisStore} behaves. */
export interface RedisStoreOptions {
  /**
   * What stands before every key of the store, and before the name of its channel. 1 to 64 characters. Everything below it belongs to the store.
   *
   * @defaultValue `"refrain:"`
   */
  readonly prefix?: string;
}

const connectMs = 1000;
const deadlineMs = 1500;

/**
 * Grants in Redis 7 or newer, Valkey or a Redis Cluster, for processes on many machines.
 *
 * A grant is one key with one value. A swap is one Lua script on that key, and a read is one as well, so that only a primary that may write answers it: replicas, `useReplicas`, `scaleReads` and client-side caching are
 * never asked. Rows expire by the server's clock. `watch` hears of swaps through a channel, on a connection of its own, and says `null` each time that connection was renewed.
 *
 * The client stays its owner's: it is neither connected nor closed here; `close` ends the subscription. So that a lost connection does not end the process, its `error` events are listened to.
 * A call waits up to 1 s for a client that is not connected, so nothing piles up in the client's queue, and 1.5 s for everything. `keys` may list a key twice, as Redis's SCAN does.
 *
 * A replica that is promoted may lack the last writes that were acknowledged: see the README for what that can undo.
 *
 * Every method rejects with a {@link RedisStoreError}, whose `code` names the remedy.
 *
 * @throws TypeError when the client is of no known kind, or the prefix is out of range.
 */
export function redisStore(client: RedisStoreClient, { prefix = "refrain:" }: RedisStoreOptions = {}): Store {
  if (prefix.length < 1 || prefix.length > 64) throw new TypeError("redisStore(): prefix must have 1 to 64 characters.");

  const connection = connectionOf(client);
  ignoreErrors(client);
  const stored = connection.keyPrefix + prefix;
  const channel = `${stored}changes`;
  const queueDeadline = queueDeadlines();
  let closed = false;
  let connecting: Promise<void> | undefined;
  let checking: Promise<void> | undefined;
  let checked = false;

  function run<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (closed) return Promise.reject(new RedisStoreError("closed"));
    // Counted from here, as the caller does: later it would still be sent when the caller has gone.
    const signal = queueDeadline();
    const isPrepared = checked && connection.isReady();
    return inTime(isPrepared ? work(signal) : prepared(signal).then(() => work(signal)), deadlineMs, toRedisStoreError);
  }

  async function prepared(signal: AbortSignal): Promise<void> {
    await ready();
    checking ??= refuseEviction(connection, signal).catch((error: unknown) => {
      checking = undefined;
      throw error;
    });
    await checking;
    checked = true;
  }

  async function ready(): Promise<void> {
    if (!connection.isReady()) await (connecting ??= connected().finally(() => (connecting = undefined)));
  }

  async function connected(): Promise<void> {
    const giveUpAt = performance.now() + connectMs;
    while (!connection.isReady()) {
      if (performance.now() > giveUpAt) throw new RedisStoreError("notConnected");
      await sleep(20);
    }
  }

  async function read(key: string, signal: AbortSignal): Promise<string | null> {
    const answer = runScript(connection, readScript, key, [], signal).catch((error: unknown) => {
      // It still has every value.
      if (toRedisStoreError(error).code !== "notSaving") throw error;
      return runScript(connection, unsavedReadScript, key, [], signal);
    });
    const [value] = (await answer) as [string | null];
    return value;
  }

  const { watch, end } = watchThrough(async (tell, onEnd) => {
    if (closed) throw new RedisStoreError("closed");
    try {
      // A cluster that is still connecting knows no nodes, or only the one it was given.
      await ready();
      return await connection.subscribe(channel, tell, onEnd);
    } catch (error) {
      throw toRedisStoreError(error);
    }
  });

  return {
    get: (key) => run((signal) => read(prefix + key, signal)),

    async swap(key, before, after, expiresAt = Infinity) {
      const until = expiresAt === Infinity ? "" : String(Math.max(1, Math.ceil(expiresAt)));
      const args = [before === null ? "0" : "1", before ?? "", after, until, channel, key];
      return Number(await run((signal) => runScript(connection, swapScript, prefix + key, args, signal))) === 1;
    },

    async *keys() {
      for (const send of await run(() => connection.primaries())) {
        let cursor = "0";
        do {
          const page = await run(async (signal) => send(["SCAN", cursor, "MATCH", `${literally(stored)}*`, "COUNT", "200"], signal));
          const [next, keys] = page as [unknown, unknown[]];
          cursor = String(next);
          for (const key of keys) yield String(key).slice(stored.length);
        } while (cursor !== "0");
      }
    },

    watch,

    async close() {
      closed = true;
      end();
    },
  };
}

/** Told apart by what each kind alone has. */
function connectionOf(client: RedisStoreClient): Connection {
  if ("call" in client) return "nodes" in client ? ioredisClusterConnection(client) : ioredisConnection(client);
  if ("nodeClient" in client) return nodeRedisClusterConnection(client);
  if ("execute" in client) return nodeRedisPoolConnection(client);
  if ("sendCommand" in client && "duplicate" in client && !("acquire" in client)) return nodeRedisConnection(client);
  throw new TypeError(
    "redisStore(): this is no client of redis 6 (createClient, createClientPool, createCluster) or ioredis 6 (Redis, Cluster). For Sentinel use ioredis.",
  );
}

/** A text as a glob pattern that only it matches. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]^]/g, "\\$&");
}
