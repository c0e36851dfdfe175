import { type Connection, ignoreErrors, openInTime, type Send, type Subscribe } from "./connection.js";
import { RedisStoreError } from "./redis-store-error.js";

/** What the store needs of `new Redis()` of `ioredis`. */
export interface IORedisClient {
  readonly status: string;
  readonly options: { readonly keyPrefix?: string | undefined };
  readonly stream: { unref?(): unknown };
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(overrides: object): IORedisClient;
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: "error" | "connect" | "end", listener: (error: Error) => void): unknown;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
  disconnect(): void;
}

/** What the store needs of `new Cluster()` of `ioredis`. */
export interface IORedisCluster {
  readonly status: string;
  readonly options: { readonly keyPrefix?: string | undefined };
  call(command: string, ...args: string[]): Promise<unknown>;
  connect(): Promise<unknown>;
  nodes(role: "master"): IORedisClient[];
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** One client of `ioredis`, or one that finds its primary through Sentinel. */
export function ioredisConnection(client: IORedisClient): Connection {
  const send = sendThrough(client);
  return {
    keyPrefix: client.options.keyPrefix ?? "",
    isReady: () => isReady(client),
    send: (_, command, signal) => send(command, signal),
    primaries: async () => [send],
    subscribe: subscribeBeside(async () => client),
  };
}

/** A cluster of `ioredis`. Scripts go to primaries, whatever `scaleReads` says. */
export function ioredisClusterConnection(cluster: IORedisCluster): Connection {
  const send = sendThrough(cluster);
  return {
    keyPrefix: cluster.options.keyPrefix ?? "",
    isReady: () => isReady(cluster),
    send: (_, command, signal) => send(command, signal),
    primaries: async () => (await primariesOf(cluster)).map(sendThrough),
    // A message reaches every node of a cluster, so any will do; another one the next time, should this one have gone.
    subscribe: subscribeBeside(async () => {
      const nodes = await primariesOf(cluster);
      const node = nodes[Math.floor(Math.random() * nodes.length)];
      if (node === undefined) throw new Error("The cluster has no primaries.");
      return node;
    }),
  };
}

/** A lazy cluster knows no nodes before it is connected, which only a command or this does. */
async function primariesOf(cluster: IORedisCluster): Promise<IORedisClient[]> {
  if (cluster.status === "wait") await cluster.connect();
  return cluster.nodes("master");
}

/** A lazy client connects with its first command. */
function isReady({ status }: { readonly status: string }): boolean {
  return status === "ready" || status === "wait";
}

/** What was given to the client it does not take back. */
function sendThrough(client: Pick<IORedisClient, "call">): Send {
  return async ([name = "", ...args], signal) => {
    if (signal.aborted) throw new RedisStoreError("late");
    return client.call(name, ...args);
  };
}

function subscribeBeside(clientOf: () => Promise<IORedisClient>): Subscribe {
  return async (channel, onMessage, onEnd) => {
    // What it takes to disconnect is a timer that would keep the process alive.
    const subscriber = (await clientOf()).duplicate({ lazyConnect: true, retryStrategy: () => null, disconnectTimeout: 0 });
    ignoreErrors(subscriber);
    subscriber.on("connect", () => subscriber.stream.unref?.());
    let open = false;
    subscriber.on("end", () => {
      if (open) onEnd();
    });
    subscriber.on("message", (_, message) => onMessage(message));
    const close = (): void => subscriber.disconnect();
    await openInTime(async () => {
      await subscriber.connect();
      await subscriber.subscribe(channel);
    }, close);
    open = true;
    return close;
  };
}
