import { execPath, platform, versions } from "node:process";
import { join } from "node:path";
import { installNode } from "../toolchain/install-node.mjs";

/** The oldest supported version of each line, then the newest of the current ones. */
const supported = ["20.19.0", "22.13.1", "24.21.0", "26.10.0"];

/**
 * The Node versions on which published packages are tried. Only for Linux does the registry carry every one of them; elsewhere it is the one at hand.
 *
 * @returns {{ version: string, path: string }[]}
 */
export function nodes() {
  if (platform !== "linux") return [{ version: versions.node, path: execPath }];
  return supported.map((version) => ({ version, path: join(installNode(version), "node") }));
}

/**
 * @param {string} version
 * @param {{ engines: { node: string } }} manifest whose engines are a floor, such as `>=22.13`
 */
export function runsOn(version, { engines }) {
  const floor = /^>=(\d+)\.(\d+)$/.exec(engines.node);
  if (floor === null) throw new Error(`engines.node is ${engines.node}; expected a floor such as >=20.19`);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > Number(floor[1]) || (major === Number(floor[1]) && minor >= Number(floor[2]));
}
