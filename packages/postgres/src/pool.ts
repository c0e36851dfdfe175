/** A query as text with numbered parameters. It has no name, so it may run on any connection of a pooler. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** Ends the connection when it is not answered by then, in milliseconds, so that the pool gets another. */
  readonly query_timeout?: number;
  /** How columns are read. */
  readonly types?: { getTypeParser(): (text: string) => unknown };
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
  release(destroy: true): void;
}

/** What the store needs of a `Pool` of `pg`. */
export interface PostgresPool {
  readonly options: { readonly connectionTimeoutMillis?: number | undefined };
  query(query: PostgresQuery): Promise<PostgresAnswer>;
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

function ignore(): void {}
