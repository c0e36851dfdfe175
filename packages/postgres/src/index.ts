export type { PostgresConnection, PostgresPool } from "./pool.js";
export { postgresSchema } from "./postgres-schema.js";
export { PostgresStoreError, type PostgresStoreErrorCode } from "./postgres-store-error.js";
export { type PostgresStore, postgresStore, type PostgresStoreOptions } from "./postgres-store.js";
