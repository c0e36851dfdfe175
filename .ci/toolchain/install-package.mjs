import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.toolchain/", import.meta.url));

/**
 * The folder of one package from the registry, installed on first use into `.toolchain/<name>@<version>`.
 * It is installed beside its place and renamed into it, so an interrupted or parallel installation never leaves half a package behind.
 *
 * @param {string} name
 * @param {string} version exact
 * @returns {string} the folder that holds `node_modules`
 */
export function installPackage(name, version) {
  const place = join(folder, `${name}@${version}`);
  if (existsSync(place)) return place;

  process.stderr.write(`Installing ${name} ${version} into .toolchain\n`);
  mkdirSync(dirname(place), { recursive: true });
  const draft = mkdtempSync(join(folder, "installing-"));
  try {
    npm(["install", "--prefix", draft, "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`]);
    moveInto(place, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return place;
}

/** @param {string[]} args */
function npm(args) {
  const cli = process.env["npm_execpath"];
  const [command, shell] = cli !== undefined && basename(cli) === "npm-cli.js" ? [[process.execPath, cli], false] : [["npm"], process.platform === "win32"];
  const { error, status } = spawnSync(String(command[0]), [...command.slice(1), ...args], { stdio: ["ignore", 2, 2], env: withoutNpmVariables(), shell });
  if (error) throw new Error(`npm could not be started (${error.message}). Node comes with npm; put both in PATH.`);
  if (status !== 0) throw new Error(`npm ${args.join(" ")} ended with ${status}. Its reason stands above; the npm registry must be reachable once.`);
}

/**
 * Another process may have been faster; then its copy is as good as ours.
 *
 * @param {string} place
 * @param {string} draft
 */
function moveInto(place, draft) {
  try {
    renameSync(draft, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

/**
 * The environment without what `npm run` adds: other package managers would read it as their own settings.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpmVariables() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
