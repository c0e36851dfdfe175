/** Why a call to `sqliteStore` was not done. */
export type SqliteStoreErrorCode = keyof typeof remedies;

/**
 * A call that SQLite refused. Its message is a fixed sentence that says what to do; it names no key, no value and no path.
 *
 * The call has changed nothing. After `inputOutput` alone that is not certain: read again.
 */
export class SqliteStoreError extends Error {
  override readonly name: string = "SqliteStoreError";
  /** Stable, for switching on. */
  readonly code: SqliteStoreErrorCode;
  /** SQLite's extended result code, where SQLite gave one. See https://sqlite.org/rescode.html */
  readonly resultCode: number | undefined;

  constructor(code: SqliteStoreErrorCode, resultCode?: number) {
    super(remedies[code]);
    this.code = code;
    this.resultCode = resultCode;
  }
}

const remedies = {
  busy: "Another connection held the SQLite file's lock for too long. Nothing was written; try again, and end the transaction or backup that holds it.",
  full: "The disk, or the page limit of the SQLite file, is full. Nothing was written; make room.",
  readOnly: "The SQLite file cannot be written. Give this process write access to the file and to its folder.",
  cannotOpen: "The SQLite file cannot be opened. Create its folder and let this process read and write there.",
  notADatabase: "The file is not a SQLite database, or is damaged. Check the path, or restore a backup.",
  inputOutput: "Reading or writing the SQLite file failed. Check the disk; the file must not lie on a network drive.",
  inTransaction:
    "The database handed to sqliteStore is inside a transaction of its owner, which could undo this call. Give sqliteStore a connection of its own.",
  closed: "The SQLite store, or the database handed to it, is closed.",
  unexpected: "SQLite refused a statement of the store. Check that the table refrain_grants is the store's own; see resultCode.",
};

const codes: Readonly<Record<number, SqliteStoreErrorCode>> = {
  3: "readOnly",
  5: "busy",
  6: "busy",
  8: "readOnly",
  10: "inputOutput",
  11: "notADatabase",
  13: "full",
  14: "cannotOpen",
  23: "readOnly",
  26: "notADatabase",
};

/** The typed error for whatever `node:sqlite` threw. */
export function toSqliteStoreError(thrown: unknown): SqliteStoreError {
  if (thrown instanceof SqliteStoreError) return thrown;
  const { code, errcode } = thrown as { readonly code?: string; readonly errcode?: number };
  if (code === "ERR_INVALID_STATE") return new SqliteStoreError("closed");
  return new SqliteStoreError(codes[(errcode ?? 1) & 0xff] ?? "unexpected", errcode);
}
