import type { Store } from "@refrain/core";
import { listen } from "./listen.js";
import { type PostgresAnswer, type PostgresPool, queryMs, queryThrough, usePool } from "./pool.js";
import { grantsTable } from "./postgres-schema.js";
import { PostgresStoreError, toPostgresStoreError } from "./postgres-store-error.js";
import { watchThrough } from "./watch.js";

/** How {@link postgresStore} behaves. */
export interface PostgresStoreOptions {
  /**
   * The table, as `name` or `schema.name`, of lower-case letters, digits and underscores, at most 50 characters. It is made by applying `postgresSchema(table)`.
   *
   * @defaultValue `"refrain_grants"`
   */
  readonly table?: string;
  /**
   * Makes every swap tell all processes (NOTIFY) and gives the store its `watch` (LISTEN), which keeps one connection of this pool for itself. The pool must reach Postgres itself: through a pooler in transaction mode nothing is
   * heard. It may be the first pool where that one does. Give it to every process or to none: a process without it tells nobody.
   *
   * @defaultValue none; waiting for another process then means asking again, and `cached()` trusts an entry for its whole `maxAgeMs`
   */
  readonly listen?: PostgresPool;
}

/** A store that can be tidied up. */
export interface PostgresStore extends Store {
  /** Removes rows that have expired, a thousand at a time, and resolves to how many. For a daily job: expired rows are absent without it, and only take room. */
  purge(): Promise<number>;
}

/** Columns as Postgres writes them, whatever the app has set. With `binary` they come as bytes, which of a text are the same. */
const asText = { getTypeParser: () => String };

/**
 * Grants in a table of Postgres 13 or newer, for processes on many machines; also behind PgBouncer in transaction mode.
 *
 * The table is made by applying {@link postgresSchema}, which no call here does. A swap is one statement and one transaction of its own, under READ COMMITTED. Rows expire by the database's clock.
 * Every read goes to the primary: a standby may be behind, so it is refused.
 *
 * The pool stays its owner's, who closes it; `close` gives back the connection that listens. So that the end of an idle connection does not end the process, the pool's `error` events are listened to.
 * A call waits for a connection as long as the pool says, and 1.5 s for an answer; a connection that was not answered by then is thrown away.
 *
 * Every method rejects with a {@link PostgresStoreError}, whose `code` names the remedy.
 *
 * @param pool A `Pool` of `pg`, with `connectionTimeoutMillis`, without which it lets callers wait forever.
 * @throws TypeError when a pool has no `connectionTimeoutMillis`, or the name of the table is out of range.
 */
export function postgresStore(pool: PostgresPool, { table = "refrain_grants", listen: listenPool }: PostgresStoreOptions = {}): PostgresStore {
  const grants = grantsTable(table, listenPool !== undefined);
  usePool(pool);
  let closed = false;

  async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (closed) throw new PostgresStoreError("closed");
    try {
      return await work();
    } catch (error) {
      throw toPostgresStoreError(error);
    }
  }

  function query(text: string, ...values: unknown[]): Promise<PostgresAnswer> {
    return run(() => queryThrough(pool, { text, values, query_timeout: queryMs, types: asText }));
  }

  const store: PostgresStore = {
    async get(key) {
      const [row] = (await query(grants.read, key)).rows;
      if (row?.["follows"] !== "false") throw new PostgresStoreError("readOnly");
      return row["value"] as string | null;
    },

    async swap(key, before, after, expiresAt) {
      const until = expiresAt ?? null;
      const { rowCount } = await (before === null ? query(grants.insert, key, after, until) : query(grants.replace, key, after, until, before));
      return rowCount === 1;
    },

    // In pages, each a transaction of its own, so that none stays open while the caller works on a key.
    async *keys() {
      let page = await query(grants.list, "");
      while (page.rows.length > 0) {
        let last = "";
        for (const row of page.rows) yield (last = String(row["key"]));
        page = await query(grants.list, last);
      }
    },

    async purge() {
      let purged = 0;
      for (;;) {
        const { rowCount } = await query(grants.purge);
        if (!rowCount) return purged;
        purged += rowCount;
      }
    },

    async close() {
      closed = true;
    },
  };
  if (listenPool === undefined) return store;

  usePool(listenPool);
  const { watch, end } = watchThrough((tell, onEnd) => run(() => listen(listenPool, grants, tell, onEnd)));
  return {
    ...store,
    watch,
    async close() {
      closed = true;
      end();
    },
  };
}
