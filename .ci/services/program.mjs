import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { shell } from "../shell.mjs";

/**
 * The path of a program: the one that an environment variable names, else the first that is installed and starts.
 *
 * @param {string} variable
 * @param {readonly string[]} names in PATH, or whole paths
 * @param {string} help what else would help; the error says it
 * @returns {Promise<string | undefined>}
 */
export async function program(variable, names, help) {
  const named = process.env[variable] || undefined;
  if (named !== undefined && !existsSync(named)) throw new Error(`${variable} names ${named}, which does not exist. ${help}`);
  if (named !== undefined) return named;
  for (const name of names) {
    const path = await which(name);
    if (path !== undefined && starts(path)) return path;
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
 * Some distributions put a script in a program's place that only says where to get it.
 *
 * @param {string} path
 */
function starts(path) {
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}
