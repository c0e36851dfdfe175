import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Proxy, startProxy } from "./proxy.js";
import { type RedisServer, startRedis } from "./redis.js";

/** Three masters of a Redis Cluster, without replicas. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** In front of all nodes, which send clients there. */
  readonly proxy: Proxy;
  /** Ends all nodes as a crash would, and starts them again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const slots = 16_384;

/** Starts a Redis Cluster of three masters. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const announced = new Map<number, number>();
  const settings = (port: number): string[] => [
    ...["--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no"],
    ...["--cluster-announce-port", String(announced.get(port) ?? 0)],
  ];
  const nodes = await Promise.all(Array.from({ length: 3 }, () => startRedis(settings)));
  const proxy = await startProxy(...nodes.map(({ port }) => port));
  const stop = async (): Promise<void> => void (await Promise.all([proxy.close(), ...nodes.map((node) => node.stop())]));
  const restart = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.restart())));
  const complete = async (): Promise<void> => void (await Promise.all(nodes.map(({ port }) => untilComplete(port, proxy.ports))));
  try {
    for (const [index, { port }] of nodes.entries()) announced.set(port, proxy.ports[index] ?? 0);
    await restart();
    await Promise.all(nodes.map(({ port }, index) => ask(port, `CLUSTER ADDSLOTSRANGE ${share(index)} ${share(index + 1) - 1}`)));
    const [first, ...others] = nodes;
    await Promise.all(others.map(({ port }) => ask(port, `CLUSTER MEET 127.0.0.1 ${first?.port} ${(first?.port ?? 0) + 10_000}`)));
    await complete();
    return { nodes, proxy, restart: () => restart().then(complete), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const share = (index: number): number => Math.ceil((slots * index) / 3);

async function untilComplete(port: number, ports: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const [info, slotsOfAll] = [await ask(port, "CLUSTER INFO"), await ask(port, "CLUSTER SLOTS")];
    if (info.includes("cluster_state:ok") && info.includes(`cluster_slots_assigned:${slots}`) && ports.every((each) => slotsOfAll.includes(`:${each}\r\n`)))
      return;
    await sleep(20);
  }
  throw new Error("The nodes of the Redis Cluster do not find each other.");
}

/** One command, in the protocol's plain form. */
export function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => void socket.write(`${command}\r\n`));
    socket.once("data", (data) => {
      socket.destroy();
      const answer = data.toString();
      if (answer.startsWith("-")) reject(new Error(`${command}: ${answer}`));
      else resolve(answer);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`${command}: no answer`)));
  });
}
