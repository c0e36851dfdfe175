import { toConnectError } from "./postgres-store-error.js";

/** A query as text with numbered parameters. It has no name, so it may run on any connection of a pooler. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** Ends the connection when it is not answered by then, in milliseconds, so that the pool gets another. */
  readonly query_timeout?: number;
  /** How columns are read. */
  readonly types?: { getTypeParser(): (text: unknown) => unknown };
}

/** What the store needs of an answer. */
export interface PostgresAnswer {
  readonly rows: Record<string, unknown>[];
  readonly rowCount: number | null;
}

/** What the store needs of a client that a pool of `pg` lends. */
export interface PostgresConnection {
  query(query: PostgresQuery): Promise<PostgresAnswer>;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  /** Missing in the types of `pg`, not in `pg`. */
  unref?(): void;
  /** "I" outside of a transaction. Missing in older versions of `pg`. */
  getTransactionStatus?(): string | null;
  off(event: "error", listener: (error: Error) => void): unknown;
  release(destroy: boolean): void;
}

/** What the store needs of a `Pool` of `pg`. */
export interface PostgresPool {
  readonly options: { readonly connectionTimeoutMillis?: number | undefined };
  connect(): Promise<PostgresConnection>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** How long a query may take once it has a connection. */
export const queryMs = 1500;

/** A pool that is used as it is. Errors of idle connections concern nobody, and with nobody listening they would end the process. */
export function usePool(pool: PostgresPool): void {
  if (!pool.options.connectionTimeoutMillis) {
    throw new TypeError("postgresStore(): the pool would wait for a connection forever. Give it connectionTimeoutMillis, such as 1000.");
  }
  pool.on("error", ignore);
}

/** A connection outside of any transaction. One that was given back inside of one would take back what is acknowledged on it, and read what was there when it began: it is thrown away. */
export async function connectionOf(pool: PostgresPool): Promise<PostgresConnection> {
  for (;;) {
    const connection = await connected(pool);
    if ((connection.getTransactionStatus?.() ?? "I") === "I") return connection;
    connection.release(true);
  }
}

async function connected(pool: PostgresPool): Promise<PostgresConnection> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toConnectError(error);
  }
}

/** One query on a connection that is given back, or thrown away when the query failed: it may still be under way. */
export async function queryThrough(pool: PostgresPool, query: PostgresQuery): Promise<PostgresAnswer> {
  const connection = await connectionOf(pool);
  connection.on("error", ignore);
  let answered = false;
  try {
    const answer = await connection.query(query);
    answered = true;
    return answer;
  } finally {
    connection.release(!answered);
    connection.off("error", ignore);
  }
}

function ignore(): void {}
