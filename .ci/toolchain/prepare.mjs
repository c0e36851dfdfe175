import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installNode } from "./install-node.mjs";
import { installPackage, withoutNpmVariables } from "./install-package.mjs";

const pnpm = "12.21.0";
/** The newest version that the registry carries as a package for every processor of the platform. */
const node = process.platform === "darwin" ? "22.23.2" : "24.21.0";
const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Makes a machine with nothing but Node >= 20 and npm ready: pnpm, a Node that is new enough for the tools, and the workspace's dependencies.
 *
 * @returns {NodeJS.ProcessEnv} the environment in which every tool is found by its name
 */
export function prepare() {
  const env = withoutNpmVariables();
  const bins = [join(root, "node_modules", ".bin"), join(installPackage("pnpm", pnpm), "node_modules", ".bin")];
  if (isTooOld(process.versions.node)) bins.unshift(installNode(node));
  const path = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  env[path] = [...bins, env[path]].join(delimiter);
  env["TURBO_TELEMETRY_DISABLED"] = "1";
  env["TURBO_NO_UPDATE_NOTIFIER"] = "1";
  installDependencies(env);
  return env;
}

/**
 * The tools need 22.18; the published packages need less.
 *
 * @param {string} version
 */
function isTooOld(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

/** @param {NodeJS.ProcessEnv} env */
function installDependencies(env) {
  const { stdout, stderr, status, error } = spawnSync("pnpm install --frozen-lockfile --config.confirmModulesPurge=false", {
    cwd: root,
    env,
    shell: true,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`pnpm install ended with ${status}\n${stdout}${stderr}`);
}
