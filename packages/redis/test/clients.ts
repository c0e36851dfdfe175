import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster } from "redis";
import type { RedisStoreClient } from "../src/index.js";

/** A client, open, with what ends it. */
export interface OpenClient {
  readonly client: RedisStoreClient;
  readonly end: () => unknown;
}

type OpenTo = (port: number) => Promise<OpenClient>;

const host = "127.0.0.1";
const socket = (port: number): { host: string; port: number; reconnectStrategy: number } => ({ host, port, reconnectStrategy: 20 });
const retryStrategy = (): number => 20;

/** Every kind of client that talks to one server. */
export const clientKinds = {
  async redis(port: number): Promise<OpenClient> {
    const client = await createClient({ socket: socket(port) })
      .on("error", () => {})
      .connect();
    return { client, end: () => client.destroy() };
  },
  async "redis with RESP2"(port: number): Promise<OpenClient> {
    const client = await createClient({ RESP: 2, socket: socket(port) }).connect();
    return { client, end: () => client.destroy() };
  },
  async "redis with pings"(port: number): Promise<OpenClient> {
    const client = await createClient({ pingInterval: 50, socket: socket(port) })
      .on("error", () => {})
      .connect();
    return { client, end: () => client.destroy() };
  },
  async "redis with client-side caching"(port: number): Promise<OpenClient> {
    const client = await createClient({ RESP: 3, socket: socket(port), clientSideCache: { ttl: 0, maxEntries: 0 } }).connect();
    return { client, end: () => client.destroy() };
  },
  async "a pool of redis"(port: number): Promise<OpenClient> {
    const client = createClientPool({ socket: socket(port) }, { minimum: 2, maximum: 8 });
    await client.connect();
    return { client, end: () => client.destroy() };
  },
  async ioredis(port: number): Promise<OpenClient> {
    const client = new Redis({ host, port, retryStrategy });
    return { client, end: () => client.disconnect() };
  },
  async "ioredis with a key prefix"(port: number): Promise<OpenClient> {
    const client = new Redis({ host, port, retryStrategy, keyPrefix: "app[1]:" });
    return { client, end: () => client.disconnect() };
  },
} satisfies Record<string, OpenTo>;

/** Every kind of client that talks to a cluster. */
export const clusterKinds = {
  async "redis, clustered"(ports: readonly number[]): Promise<OpenClient> {
    const client = createCluster({ rootNodes: ports.map((port) => ({ socket: { host, port } })), useReplicas: true });
    await client.connect();
    return { client, end: () => client.destroy() };
  },
  async "ioredis, clustered"(ports: readonly number[]): Promise<OpenClient> {
    const client = new Cluster(
      ports.map((port) => ({ host, port })),
      { scaleReads: "slave" },
    );
    return { client, end: () => client.disconnect() };
  },
} satisfies Record<string, (ports: readonly number[]) => Promise<OpenClient>>;

/** Both clients, on a server that is there already. */
export function clientsOn(url: string): Readonly<Record<"redis" | "ioredis", () => Promise<OpenClient>>> {
  return {
    async redis() {
      const client = await createClient({ url }).connect();
      return { client, end: () => client.destroy() };
    },
    async ioredis() {
      const client = new Redis(url);
      return { client, end: () => client.disconnect() };
    },
  };
}
