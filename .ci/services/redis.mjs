import { fromDebian } from "./debian.mjs";
import { redisKinds } from "./kinds.mjs";
import { program } from "./program.mjs";
import { readableCopy } from "./readable-copy.mjs";

/** Of the suite that gives what is not installed. No npm package carries one. */
const otherwise = { program: "redis-server", suite: "trixie" };

/**
 * A Redis binary, as REDIS_SERVER: the one named there, else one that is installed, else Debian's.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export function redis() {
  return server("REDIS_SERVER", ["redis-server", "valkey-server"], /./, otherwise, "Redis 7 or newer, or Valkey");
}

/**
 * One of each kind that the tests run on, as the variable that the kind names: the one named there, else one that is installed, else Debian's.
 *
 * @type {readonly (() => Promise<import("./with-services.mjs").Service>)[]}
 */
export const eachRedis = redisKinds.map((kind) => () => {
  const [make, major] = kind.name.split(" ");
  return server(kind.variable, [kind.program], new RegExp(`^${make} server v=${major}\\.`), kind, kind.name);
});

/**
 * @param {string} variable
 * @param {readonly string[]} names
 * @param {RegExp} version
 * @param {{ program: string, suite: string }} debian
 * @param {string} what
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
async function server(variable, names, version, debian, what) {
  const help = [
    `There is no ${what}, which the tests of @refrain/redis start. One of these helps:`,
    `- set ${variable} to its server's binary`,
    `- install it, so that ${names.join(" or ")} is in PATH`,
    "- on Debian and Ubuntu: install debian-archive-keyring, and let apt reach deb.debian.org; then `npm test` fetches it by itself, also without root",
  ].join("\n");
  const path = await program(variable, names, help, version);
  if (path !== undefined) return { env: { [variable]: path }, stop() {} };
  try {
    const { folder, stop } = readableCopy(fromDebian(debian.suite, debian.program), debian.program);
    return { env: { [variable]: `${folder}/${debian.program}` }, stop };
  } catch (error) {
    throw new Error(`${help}\n${String(error)}`, { cause: error });
  }
}
