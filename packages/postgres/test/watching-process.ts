import { registerHooks } from "node:module";
import { Pool } from "pg";

// A process of its own that watches, and has nothing else to do: <url>.
// It runs the sources as they are: Node takes the types out, and this finds the file behind a specifier.
registerHooks({
  resolve: (specifier, context, next) => next(context.parentURL?.endsWith(".ts") ? specifier.replace(/^(\..+)\.js$/, "$1.ts") : specifier, context),
});
const { postgresStore } = await import("../src/index.js");

const [connectionString = "", how = ""] = process.argv.slice(2);
const pool = new Pool({ connectionString, connectionTimeoutMillis: 1000 });
const store = postgresStore(pool, { listen: new Pool({ connectionString, connectionTimeoutMillis: 1000 }) });
const renewed = new Promise((resolve) => void store.watch?.(resolve).then(() => lose(resolve)));
process.stdout.write(`, ${String(await renewed)}\n`);
await pool.end();

async function lose(resolve: (how: string) => void): Promise<void> {
  process.stdout.write("watching");
  // Nobody new is let in.
  if (how === "lost") await pool.query("ALTER ROLE refrain NOLOGIN");
  await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
  if (how === "lost") resolve("lost");
}
