import { describeStore, type StoreHarness } from "@refrain/core/testing";
import type { Store } from "@refrain/core";
import { type PgBouncer, startPgBouncer } from "server-kit/pgbouncer";
import { startPostgres, type PostgresServer } from "server-kit/postgres";
import { startProxy } from "server-kit/proxy";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { postgresSchema, postgresStore } from "../src/index.js";
import { poolOn, run, throughPort } from "./servers.js";

let postgres: PostgresServer;
let pgbouncer: PgBouncer;

beforeAll(async () => {
  postgres = await startPostgres();
  pgbouncer = await startPgBouncer(postgres.port);
  await run(postgres.url, postgresSchema());
}, 60_000);
afterAll(async () => {
  await pgbouncer.stop();
  await postgres.stop();
});

describeStore("postgresStore that listens", () => opened((direct) => postgresStore(poolOn(direct), { listen: poolOn(direct) })));
describeStore("postgresStore on one connection, which does not listen", () => opened((direct) => postgresStore(poolOn(direct, { max: 1 }))));
describeStore("postgresStore behind PgBouncer, that listens past it", () =>
  opened((direct, pooled) => postgresStore(poolOn(pooled), { listen: poolOn(direct) })),
);

async function opened(open: (direct: string, pooled: string) => Store): Promise<StoreHarness> {
  const proxy = await startProxy(postgres.port, pgbouncer.port);
  onTestFinished(() => proxy.close());
  const [direct = "", pooled = ""] = proxy.ports.map((port) => throughPort(postgres.url, port));
  const another = (): Store => open(direct, pooled);
  return { store: another(), second: another, server: { ...proxy, restart: () => postgres.restart() } };
}

const given = process.env["DATABASE_URL"] || undefined;
if (given !== undefined) {
  describeStore("postgresStore on the database that DATABASE_URL names", async () => {
    await run(given, postgresSchema());
    const another = (): Store => postgresStore(poolOn(given));
    return { store: another(), second: another };
  });
}
