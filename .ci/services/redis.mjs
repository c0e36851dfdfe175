import { aptInstall } from "./apt.mjs";
import { program } from "./program.mjs";

const help = [
  "The tests of @refrain/redis start Redis servers of their own. One of these helps:",
  "- set REDIS_SERVER to a redis-server or valkey-server binary",
  "- install Redis 7 or newer, or Valkey, so that redis-server or valkey-server is in PATH (macOS: brew install redis)",
  "- on Debian: apt-get install redis-server (as root, `npm test` does it by itself)",
].join("\n");

/**
 * A Redis binary for the tests, as REDIS_SERVER: the one named there, else one that is installed, else Debian's. No npm package carries one.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function redis() {
  const find = () => program("REDIS_SERVER", ["redis-server", "valkey-server"], help);
  const path = (await find()) ?? (await aptInstall("redis-server", help).then(find));
  if (path === undefined) throw new Error(`Debian's redis-server is installed, but does not start. ${help}`);
  return { env: { REDIS_SERVER: path }, stop() {} };
}
