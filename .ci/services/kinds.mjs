/**
 * The servers that the tests of the stores run on, each kind all of them. A project of vitest.config.ts is made of each whose variable is set, and `npm test` sets them all.
 *
 * @typedef {object} Kind
 * @property {string} name what the server says it is, with its major version
 * @property {string} variable the environment variable that says where it is
 */

/** @type {readonly (Kind & { program: string, suite: string })[]} */
export const redisKinds = [
  { name: "Redis 7", variable: "REDIS_7_SERVER", program: "redis-server", suite: "bookworm" },
  { name: "Redis 8", variable: "REDIS_8_SERVER", program: "redis-server", suite: "trixie" },
  { name: "Valkey 8", variable: "VALKEY_8_SERVER", program: "valkey-server", suite: "trixie" },
];

/** @type {readonly (Kind & { version: string })[]} */
export const postgresKinds = [
  { name: "Postgres 15", variable: "POSTGRES_15_BIN", version: "15.18.0-beta.17" },
  { name: "Postgres 18", variable: "POSTGRES_18_BIN", version: "18.4.0-beta.17" },
];
