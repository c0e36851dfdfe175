import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { installOnce } from "./install-once.mjs";

/**
 * The folder of one package from the registry, installed on first use into `.toolchain/<name>@<version>`.
 *
 * @param {string} name
 * @param {string} version exact
 * @returns {string} the folder that holds `node_modules`
 */
export function installPackage(name, version) {
  return installOnce(`${name}@${version}`, (draft) => {
    npm(["install", "--prefix", draft, "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`]);
  });
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
 * The environment without what `npm run` adds: other package managers would read it as their own settings.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpmVariables() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
