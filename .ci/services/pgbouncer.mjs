import { aptInstall } from "./apt.mjs";
import { program } from "./program.mjs";

const help = [
  "The tests of @refrain/postgres start a PgBouncer of their own. One of these helps:",
  "- set PGBOUNCER to a pgbouncer binary",
  "- install PgBouncer, so that pgbouncer is in PATH (macOS: brew install pgbouncer)",
  "- on Debian: apt-get install pgbouncer (as root, `npm test` does it by itself)",
].join("\n");

/**
 * A PgBouncer binary for the tests, as PGBOUNCER: the one named there, else one that is installed, else Debian's.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function pgbouncer() {
  const find = () => program("PGBOUNCER", ["pgbouncer", "/usr/sbin/pgbouncer"], help);
  const path = (await find()) ?? (await aptInstall("pgbouncer", help).then(find));
  if (path === undefined) throw new Error(`Debian's pgbouncer is installed, but does not start. ${help}`);
  return { env: { PGBOUNCER: path }, stop() {} };
}
