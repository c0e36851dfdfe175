import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { shell } from "../shell.mjs";

/**
 * The path of a program: the one that an environment variable names, else the first that is installed and starts.
 *
 * @param {string} variable
 * @param {readonly string[]} names in PATH, or whole paths
 * @param {string} help what else would help; the error says it
 * @param {RegExp} [version] what an installed one must say to `--version`
 * @returns {Promise<string | undefined>}
 */
export async function program(variable, names, help, version = /./) {
  const named = process.env[variable] || undefined;
  if (named !== undefined && !existsSync(named)) throw new Error(`${variable} names ${named}, which does not exist. ${help}`);
  if (named !== undefined) return named;
  for (const name of names) {
    const path = await which(name);
    if (path !== undefined && starts(path, version)) return path;
  }
  return undefined;
}

/** @param {string} name */
async function which(name) {
  if (process.platform === "win32") return undefined;
  const path = await shell("sh", ["-c", 'command -v "$0"', name]).catch(() => "");
  return path.trim() || undefined;
}

/**
 * Whether a program is there, and says that it is of a version. Some distributions put a script in its place that only says where to get it.
 *
 * @param {string} path
 * @param {RegExp} version
 */
export function starts(path, version) {
  const { status, stdout } = spawnSync(path, ["--version"], { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8", timeout: 20_000 });
  return status === 0 && version.test(stdout);
}
