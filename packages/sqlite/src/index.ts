export { SqliteStoreError, type SqliteStoreErrorCode } from "./sqlite-store-error.js";
export { sqliteStore } from "./sqlite-store.js";
