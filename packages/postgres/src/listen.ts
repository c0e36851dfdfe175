import { connectionOf, type PostgresPool, queryMs } from "./pool.js";
import type { GrantsTable } from "./postgres-schema.js";

/** Listens on a connection of the pool, which is kept until the end and keeps no process alive. `onEnd` is called once when it has ended by itself, and never when this rejects. */
export async function listen(pool: PostgresPool, table: GrantsTable, tell: (key: string | null) => void, onEnd: () => void): Promise<() => void> {
  const connection = await connectionOf(pool);
  let open = true;
  let listening = false;
  const close = (): void => {
    if (!open) return;
    open = false;
    connection.release(true);
  };
  const end = (): void => {
    const ended = open && listening;
    close();
    if (ended) onEnd();
  };
  connection.on("error", end);
  connection.on("notification", ({ payload }) => tell(payload ?? null));
  try {
    connection.unref?.();
    await connection.query({ text: table.listen, query_timeout: queryMs });
  } catch (error) {
    close();
    throw error;
  }
  listening = true;
  return close;
}
