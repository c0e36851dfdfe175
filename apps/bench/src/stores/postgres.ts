import type { Store } from "@refrain/core";
import { postgresSchema, postgresStore } from "@refrain/postgres";
import { Pool } from "pg";
import { inBatches } from "./in-batches.js";
import { inHalfAYear, type Row } from "./row.js";

/** It listens, so that a cache in front of it hears of changes. That costs reads nothing. */
export function openPostgres(url: string): Store {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 1_000 });
  return postgresStore(pool, { listen: pool });
}

/** @param url Of the server's own database, beside which another is made. */
export async function createPostgres(url: string, name: string): Promise<string> {
  await withPool(url, (pool) => pool.query(`CREATE DATABASE ${name}`));
  const created = new URL(`/${name}`, url).href;
  await withPool(created, (pool) => pool.query(postgresSchema()));
  return created;
}

/** Many rows with each statement. */
export async function fillPostgres(url: string, rows: Iterable<Row>): Promise<void> {
  const expiresAt = inHalfAYear();
  const text = `INSERT INTO refrain_grants (key, value, expires_at) SELECT key, value, to_timestamp($3::float8 / 1000) FROM unnest($1::text[], $2::text[]) AS rows (key, value)`;
  await withPool(url, async (pool) => {
    for (const batch of inBatches(rows, 2_000)) await pool.query(text, [batch.map(([key]) => key), batch.map(([, value]) => value), expiresAt]);
    // As autovacuum would a little later, in the middle of what is measured.
    await pool.query("VACUUM ANALYZE refrain_grants");
  });
}

/** Of the table with its indexes. */
export async function postgresBytes(url: string): Promise<number> {
  return withPool(url, async (pool) => {
    const { rows } = await pool.query<{ bytes: string }>("SELECT pg_total_relation_size('refrain_grants') AS bytes");
    return Number(rows[0]?.bytes);
  });
}

async function withPool<Result>(url: string, use: (pool: Pool) => Promise<Result>): Promise<Result> {
  const pool = new Pool({ connectionString: url });
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}
