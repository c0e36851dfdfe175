import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import type { Store } from "@refrain/core";
import { type GrantsTable, openGrantsTable } from "./grants-table.js";
import { SqliteStoreError, toSqliteStoreError } from "./sqlite-store-error.js";

const lockDeadlineMs = 1500;
const lockRetryMs = 10;
const watchEveryMs = 100;

/**
 * Grants in a SQLite file, which several processes on one machine may share. It needs nothing but Node 22.13 or newer.
 *
 * Given a path, it opens the file at the first call, in WAL mode with `synchronous = FULL`: what a call has resolved to survives a crash of the process and a loss of power. `":memory:"` is a
 * database that ends with the store. Given an open `DatabaseSync`, it uses that connection as its owner set it up, and never closes it.
 * Either way it makes one table, `refrain_grants`. Rows expire by this machine's wall clock; each swap that holds also deletes up to 8 rows that have expired.
 *
 * `node:sqlite` is synchronous: a swap holds up the event loop while its row goes to disk. For a lock that another connection holds it waits up to 1.5 s, in short turns between which the loop runs.
 * `watch` looks every 100 ms whether another connection has written, and then says `null`: any key may have changed. It keeps no process alive.
 *
 * Every method rejects with a {@link SqliteStoreError}, whose `code` names the remedy, when SQLite refuses the call.
 *
 * @param database The path of the file, whose folder must exist, or an open database.
 * @throws TypeError when the path is empty.
 */
export function sqliteStore(database: string | DatabaseSync): Store {
  // To SQLite an empty path is a temporary database: an unset variable would sign everybody out at the next start.
  if (database === "") throw new TypeError('sqliteStore(): the path is empty. Name a file, or ":memory:".');

  const watchers = new Map<NodeJS.Timeout, (key: string | null) => void>();
  let opened: GrantsTable | undefined;
  let closed = false;

  function attempt<Result>(work: (table: GrantsTable) => Result): Result {
    try {
      if (closed) throw new SqliteStoreError("closed");
      if (typeof database !== "string" && isInTransaction(database)) throw new SqliteStoreError("inTransaction");
      opened ??= openGrantsTable(database);
      return work(opened);
    } catch (error) {
      const refused = toSqliteStoreError(error);
      // Its statements ended with the connection, which the owner may open again.
      if (refused.code === "closed") opened = undefined;
      throw refused;
    }
  }

  // SQLite's own wait for a lock would stop the event loop, for each call in the queue anew.
  async function run<Result>(work: (table: GrantsTable) => Result): Promise<Result> {
    const giveUpAt = performance.now() + lockDeadlineMs;
    for (;;) {
      try {
        return attempt(work);
      } catch (error) {
        if (!(error instanceof SqliteStoreError) || error.code !== "busy" || performance.now() > giveUpAt) throw error;
      }
      await sleep(lockRetryMs);
    }
  }

  function valueOf(key: string, { read }: GrantsTable): string | null {
    const row = read.get(key, Date.now());
    if (row === undefined) return null;
    return String(Array.isArray(row) ? row[0] : row["value"]);
  }

  // The swap before it has held; whether room could be made as well is no part of its answer.
  function purgeSome(): void {
    try {
      attempt(({ findExpired, purgeExpired }) => findExpired.get(Date.now()) && purgeExpired.run(Date.now()));
    } catch {
      // The next swap tries again.
    }
  }

  function versionNow(): unknown {
    try {
      return attempt(({ version }) => version.get()?.["data_version"]);
    } catch {
      // Equal to nothing, so that every look that fails counts as a change.
      return Number.NaN;
    }
  }

  return {
    get(key) {
      try {
        return attempt((table) => valueOf(key, table));
      } catch {
        // Busy perhaps, and free in a moment.
        return run((table) => valueOf(key, table));
      }
    },

    async swap(key, before, after, expiresAt) {
      const until = expiresAt === undefined || expiresAt === Infinity ? null : Math.ceil(expiresAt);
      const { changes } = await run(({ insert, replace }) =>
        before === null ? insert.run(key, after, until, Date.now()) : replace.run(after, until, key, before, Date.now()),
      );
      if (Number(changes) !== 1) return false;
      purgeSome();
      for (const tell of watchers.values()) tell(key);
      return true;
    },

    // In pages, so that no read transaction stays open while the caller works on a key.
    async *keys() {
      let page = await run(({ list }) => list.all("", Date.now()));
      while (page.length > 0) {
        let last = "";
        for (const row of page) yield (last = String(row["key"]));
        page = await run(({ list }) => list.all(last, Date.now()));
      }
    },

    watch: (tell) =>
      run(({ version }) => {
        let seen: unknown = version.get()?.["data_version"];
        const timer = setInterval(() => {
          const now = versionNow();
          if (now === seen) return;
          seen = now;
          tell(null);
        }, watchEveryMs).unref();
        watchers.set(timer, tell);
        return async () => {
          clearInterval(timer);
          watchers.delete(timer);
        };
      }),

    async close() {
      closed = true;
      for (const timer of watchers.keys()) clearInterval(timer);
      watchers.clear();
      if (typeof database === "string") opened?.database.close();
      opened = undefined;
    },
  };
}

/** Node before 22.16 does not tell: there, a transaction is open if another cannot begin. One that is begun and does nothing takes no lock. */
function isInTransaction(database: DatabaseSync): boolean {
  const told: boolean | undefined = database.isTransaction;
  if (told !== undefined) return told;
  try {
    database.exec("BEGIN; COMMIT");
    return false;
  } catch (error) {
    if (toSqliteStoreError(error).code !== "unexpected") throw error;
    return true;
  }
}
