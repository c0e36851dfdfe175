import type { Store } from "@refrain/core";
import { redisStore } from "@refrain/redis";
import { createClient } from "redis";
import { inBatches } from "./in-batches.js";
import { inHalfAYear, type Row } from "./row.js";

export async function openRedis(url: string): Promise<Store> {
  const client = createClient({ url });
  await client.connect();
  return redisStore(client);
}

/** Many commands are on their way at once, each a row as the store writes it. */
export async function fillRedis(url: string, rows: Iterable<Row>): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  const expiresAt = String(inHalfAYear());
  for (const batch of inBatches(rows, 2_000)) {
    await Promise.all(batch.map(([key, value]) => client.sendCommand(["SET", `refrain:${key}`, value, "PXAT", expiresAt])));
  }
  await client.close();
}

/** Of everything that the server holds. */
export async function redisBytes(url: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const bytes = /^used_memory:(\d+)/m.exec(await client.info("memory"))?.[1];
  await client.close();
  if (bytes === undefined) throw new Error("Redis does not say how much memory it uses.");
  return Number(bytes);
}
