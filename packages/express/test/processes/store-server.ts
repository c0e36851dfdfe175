import { postgresSchema } from "@refrain/postgres";
import { Pool } from "pg";
import { createClient } from "redis";
import { startPostgres } from "server-kit/postgres";
import { type Proxy, startProxy } from "server-kit/proxy";
import { startRedis } from "server-kit/redis";
import type { ServerProcess } from "server-kit/server-process";

/** A Redis or a Postgres of a test, with a wire to each process of a fleet. */
export interface StoreServer extends Pick<ServerProcess, "kill" | "start" | "restart" | "stop"> {
  /** Where the process with this number finds the server: at the end of its own wire. */
  address(number: number): string;
  wire(number: number): Proxy;
  readonly wires: readonly Proxy[];
  /** Ends every connection of every client, as an operator would. */
  dropClients(): Promise<void>;
  /** Leaves no client a connection on which it would be answered. Resolves to what gives them back. */
  exhaust(): Promise<() => Promise<void>>;
}

export type ServerName = "Redis" | "Postgres";
export const serverNames: readonly ServerName[] = ["Redis", "Postgres"];

/** A process that takes a dead one's place has the next number, and the wire of one that has gone. */
const wireCount = 4;

export async function startStoreServer(name: ServerName): Promise<StoreServer> {
  return name === "Redis" ? startRedisServer(["--appendfsync", "always"]) : startPostgresServer();
}

/** A Redis that keeps nothing on a disk. */
export async function startForgetfulRedis(): Promise<StoreServer> {
  return startRedisServer(["--appendonly", "no"]);
}

async function startRedisServer(settings: readonly string[]): Promise<StoreServer> {
  const redis = await startRedis(() => settings);
  // Its own connection is the one that is left where all others are ended or refused.
  const operator = createClient({ url: redis.url }).on("error", () => undefined);
  await operator.connect();
  const dropClients = async (): Promise<void> => {
    for (const kind of ["normal", "pubsub"]) await operator.sendCommand(["CLIENT", "KILL", "TYPE", kind]);
  };
  const server = await wired(redis, redis.url);
  return {
    ...server,
    dropClients,
    // There is no pool to be empty; a server that takes nobody else comes nearest.
    async exhaust() {
      await operator.configSet("maxclients", "1");
      await dropClients();
      return async () => void (await operator.configSet("maxclients", "1000"));
    },
    async stop() {
      operator.destroy();
      await server.stop();
    },
  };
}

async function startPostgresServer(): Promise<StoreServer> {
  const postgres = await startPostgres();
  const operator = new Pool({ connectionString: postgres.url, max: 2 }).on("error", () => undefined);
  await operator.query(postgresSchema());
  const server = await wired(postgres, postgres.url);
  return {
    ...server,
    dropClients: async () =>
      void (await operator.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'refrain'")),
    // Whoever wants the table waits and keeps its connection, until the pool has none left.
    async exhaust() {
      const holder = await operator.connect();
      await holder.query("BEGIN; LOCK TABLE refrain_grants");
      return async () => {
        await holder.query("COMMIT");
        holder.release();
      };
    },
    async stop() {
      await operator.end();
      await server.stop();
    },
  };
}

async function wired(server: ServerProcess, url: string): Promise<Omit<StoreServer, "dropClients" | "exhaust">> {
  const wires = await Promise.all(Array.from({ length: wireCount }, () => startProxy(server.port)));
  function wire(number: number): Proxy {
    const found = wires[number % wireCount];
    if (found === undefined) throw new RangeError("There is no such wire.");
    return found;
  }
  return {
    kill: () => server.kill(),
    start: () => server.start(),
    restart: () => server.restart(),
    wires,
    wire,
    address: (number) => url.replace(`:${server.port}`, `:${wire(number).port}`),
    async stop() {
      await Promise.all(wires.map((each) => each.close()));
      await server.stop();
    },
  };
}
