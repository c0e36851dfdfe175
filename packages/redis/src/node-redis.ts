import { type Connection, openInTime, type Send, type Subscribe } from "./connection.js";

interface NodeRedisSender {
  readonly isOpen: boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** What the store needs of `createClient()` of `redis`. */
export interface NodeRedisClient extends NodeRedisSender {
  readonly isReady: boolean;
  sendCommand(command: string[], options: object): Promise<unknown>;
  duplicate(overrides: object): NodeRedisClient;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unref(): void;
  destroy(): void;
}

/** What the store needs of `createClientPool()` of `redis`. */
export interface NodeRedisPool extends NodeRedisSender {
  execute(task: (client: NodeRedisClient) => Promise<unknown>): Promise<unknown>;
}

/** What the store needs of `createCluster()` of `redis`. */
export interface NodeRedisCluster extends NodeRedisSender {
  readonly isReady: boolean;
  readonly masters: readonly object[];
  sendCommand(key: string, isReadonly: boolean, command: string[], options: object): Promise<unknown>;
  nodeClient(node: object): Promise<NodeRedisClient>;
}

/** Texts for texts, whatever the app has set; and what could not be sent in time is sent no more. The client's own `timeout`, 5 s by default, would make one more signal for each command. */
const commandOptions = (abortSignal: AbortSignal): object => ({ typeMapping: {}, timeout: 0, abortSignal });

/** One client of `redis`. */
export function nodeRedisConnection(client: NodeRedisClient): Connection {
  const send = sendThrough(client);
  return {
    keyPrefix: "",
    isReady: () => client.isReady,
    send: (_, command, signal) => send(command, signal),
    primaries: async () => [send],
    subscribe: subscribeBeside(async () => client),
  };
}

/** A pool of `redis`. It opens connections as it needs them, so there is no moment when it is ready. */
export function nodeRedisPoolConnection(pool: NodeRedisPool): Connection {
  const send: Send = (command, signal) => pool.execute((client) => client.sendCommand([...command], commandOptions(signal)));
  let lent: NodeRedisClient | undefined;
  return {
    keyPrefix: "",
    isReady: () => pool.isOpen,
    send: (_, command, signal) => send(command, signal),
    primaries: async () => [send],
    subscribe: subscribeBeside(async () => {
      // Only to be duplicated, so it need not stay out of the pool.
      await pool.execute(async (client) => (lent = client));
      if (lent === undefined) throw new Error("The pool lent no client.");
      return lent;
    }),
  };
}

/** A cluster of `redis`. The script is no read to it, so replicas are never asked. */
export function nodeRedisClusterConnection(cluster: NodeRedisCluster): Connection {
  // A node that is away is waited for without end, so only by who asks it.
  const sendTo =
    (node: object): Send =>
    async (command, signal) =>
      sendThrough(await cluster.nodeClient(node))(command, signal);
  return {
    keyPrefix: "",
    isReady: () => cluster.isReady,
    send: (key, command, signal) => cluster.sendCommand(key, false, [...command], commandOptions(signal)),
    primaries: async () => cluster.masters.map(sendTo),
    // A message reaches every node of a cluster, so any will do; another one the next time, should this one have gone.
    subscribe: subscribeBeside(async () => {
      const node = cluster.masters[Math.floor(Math.random() * cluster.masters.length)];
      if (node === undefined) throw new Error("The cluster has no primaries.");
      return cluster.nodeClient(node);
    }),
  };
}

function sendThrough(client: Pick<NodeRedisClient, "sendCommand">): Send {
  return (command, signal) => client.sendCommand([...command], commandOptions(signal));
}

function subscribeBeside(clientOf: () => Promise<NodeRedisClient>): Subscribe {
  return async (channel, onMessage, onEnd) => {
    // A node of a cluster that is away is waited for without end.
    const client = await openInTime(clientOf, () => {});
    // A cache that it shared would be emptied with it.
    const subscriber = client.duplicate({ clientSideCache: undefined });
    subscriber.unref();
    let open = false;
    // What was ended may tell of one more error: of a ping that waits for its answer.
    const close = (): void => {
      open = false;
      subscriber.destroy();
    };
    // It would go on by itself, without a word of what it missed, and with a node that may be gone.
    subscriber.on("error", () => {
      if (!open) return;
      close();
      onEnd();
    });
    await openInTime(async () => {
      await subscriber.connect();
      await subscriber.subscribe(channel, onMessage);
    }, close);
    open = true;
    return close;
  };
}
