/** Why a call to `postgresStore` was not done. */
export type PostgresStoreErrorCode = keyof typeof remedies;

/**
 * A call that was not done, or not for certain. Its message is a fixed sentence that says what to do; it names no key, no value and no address, and keeps nothing of Postgres's own error, which may hold a whole row.
 *
 * After `late` and `connectionLost` a swap may have been applied, or may be later: read again. After any other code it has changed nothing.
 */
export class PostgresStoreError extends Error {
  override readonly name: string = "PostgresStoreError";
  /** Stable, for switching on. */
  readonly code: PostgresStoreErrorCode;
  /** Postgres's own code, where Postgres gave one. See https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string | undefined;

  constructor(code: PostgresStoreErrorCode, sqlState?: string) {
    super(remedies[code]);
    this.code = code;
    this.sqlState = sqlState;
  }
}

const remedies = {
  tableMissing: "The table of postgresStore is missing. Apply what postgresSchema() returns to the database, once, before the first process starts.",
  notConnected:
    "There was no connection to Postgres, so nothing was written. Look at the server, the network, and the pool: its size, its password and its other settings.",
  connectionLost: "The connection to Postgres ended before the answer came. Whether the call was done is not known; read again.",
  late: "Postgres did not answer in time. Whether the call was or will be done is not known; read again.",
  readOnly: "This Postgres is a standby or takes no writes. Nothing was written; let the pool connect to the primary, for reads as well.",
  conflict:
    "Another transaction was in the way. Nothing was written; try again. If it happens often, give the role the isolation level READ COMMITTED, which is Postgres's default.",
  full: "Postgres has no room on its disk or in its memory. Nothing was written; make room.",
  notPermitted: "Postgres does not let this role sign in, or use the table. Grant it SELECT, INSERT, UPDATE and DELETE on the table.",
  closed: "The Postgres store, or the pool handed to it, is closed.",
  unexpected: "Postgres refused a statement of the store. Check that the table is as postgresSchema() makes it; see sqlState.",
};

/** By SQLSTATE, else by its class, the first two characters. */
const sqlStates: Readonly<Record<string, PostgresStoreErrorCode>> = {
  "42P01": "tableMissing",
  "3F000": "tableMissing",
  "25006": "readOnly",
  "40001": "conflict",
  "40P01": "conflict",
  "55P03": "conflict",
  "42501": "notPermitted",
  "3D000": "notPermitted",
  "28": "notPermitted",
  "53300": "notConnected",
  "53": "full",
  "57014": "late",
  "57P03": "notConnected",
  "57P": "connectionLost",
  "08": "connectionLost",
};

/** `pg` gives these no code. */
const sentences: Readonly<Record<string, PostgresStoreErrorCode>> = {
  "Query read timeout": "late",
  "Cannot use a pool after calling end on the pool": "closed",
};

/** The typed error for whatever `pg` threw. */
export function toPostgresStoreError(thrown: unknown): PostgresStoreError {
  if (thrown instanceof PostgresStoreError) return thrown;
  const { code = "", severity, message = "" } = thrown as { readonly code?: string; readonly severity?: string; readonly message?: string };
  if (severity === undefined) return new PostgresStoreError(sentences[message] ?? "connectionLost");
  return new PostgresStoreError(sqlStates[code] ?? sqlStates[code.slice(0, 3)] ?? sqlStates[code.slice(0, 2)] ?? "unexpected", code);
}

/** The same where there was no connection: whatever was the matter, nothing was sent. */
export function toConnectError(thrown: unknown): PostgresStoreError {
  const told = toPostgresStoreError(thrown);
  return told.code === "connectionLost" ? new PostgresStoreError("notConnected", told.sqlState) : told;
}
