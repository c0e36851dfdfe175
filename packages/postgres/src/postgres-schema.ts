/**
 * The table of a store, as SQL that may be applied again and again: print it into a migration, or run it once before the first process starts. No call of the store ever does.
 *
 * @param table As in the options of `postgresStore`.
 * @defaultValue `"refrain_grants"`
 * @throws TypeError when the name is out of range.
 *
 * @example
 * ```ts
 * console.log(postgresSchema());
 * ```
 */
export function postgresSchema(table = "refrain_grants"): string {
  const { name, index } = namesOf(table);
  return `CREATE TABLE IF NOT EXISTS ${name} (
  key text COLLATE "C" NOT NULL PRIMARY KEY,
  value text COLLATE "C" NOT NULL,
  expires_at timestamptz
);
CREATE INDEX IF NOT EXISTS ${index} ON ${name} (expires_at) WHERE expires_at IS NOT NULL;
`;
}

/** Every statement that is run on the table. Each is one transaction, and asks the database for the time. */
export interface GrantsTable {
  /** (key): always one row, the value or null, and whether this server only follows another. */
  readonly read: string;
  /** (key, after, expiresAt): where the key is absent or its row has expired. One row when it held. */
  readonly insert: string;
  /** (key, after, expiresAt, before). One row when it held. */
  readonly replace: string;
  /** (after key) */
  readonly list: string;
  readonly purge: string;
  readonly listen: string;
}

/** @param notify whether each swap that holds tells those who listen */
export function grantsTable(table: string, notify: boolean): GrantsTable {
  const { name, channel } = namesOf(table);
  const live = "(expires_at IS NULL OR expires_at > clock_timestamp())";
  const told = (swap: string): string => (notify ? `WITH swapped AS (${swap} RETURNING key) SELECT pg_notify('${channel}', key) FROM swapped` : swap);
  return {
    read: `SELECT (SELECT value FROM ${name} WHERE key = $1 AND ${live}) AS value, pg_is_in_recovery()::text AS follows`,
    insert: told(
      `INSERT INTO ${name} AS held (key, value, expires_at) VALUES ($1, $2, to_timestamp($3::float8 / 1000))
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at WHERE held.expires_at <= clock_timestamp()`,
    ),
    replace: told(`UPDATE ${name} SET value = $2, expires_at = to_timestamp($3::float8 / 1000) WHERE key = $1 AND value = $4 AND ${live}`),
    list: `SELECT key FROM ${name} WHERE key > $1 AND ${live} ORDER BY key LIMIT 200`,
    purge: `DELETE FROM ${name} WHERE key IN (SELECT key FROM ${name} WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    listen: `LISTEN "${channel}"`,
  };
}

/** Quoted names, which SQL takes as they are. Postgres cuts names after 63 bytes. */
function namesOf(table: string): { name: string; index: string; channel: string } {
  const parts = /^(?:([a-z_][a-z0-9_]*)\.)?([a-z_][a-z0-9_]*)$/.exec(table);
  if (parts === null || table.length > 50) {
    throw new TypeError(
      "postgresStore(): table must be a name, or a schema and a name, of at most 50 lower-case letters, digits and underscores: refrain_grants, auth.grants.",
    );
  }
  const [, schema, own = ""] = parts;
  return { name: schema === undefined ? `"${own}"` : `"${schema}"."${own}"`, index: `"${own}_expires_at"`, channel: table };
}
