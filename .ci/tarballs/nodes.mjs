import { join } from "node:path";
import { execPath, platform, versions } from "node:process";
import { aptInstall } from "../services/apt.mjs";
import { shell } from "../shell.mjs";
import { installNode } from "../toolchain/install-node.mjs";

/** The oldest supported version of each line, then the newest of the current ones. */
const supported = ["20.19.0", "22.13.1", "24.21.0", "26.10.0"];

/**
 * The Node versions on which published packages are tried. Only for Linux does the registry carry every one of them; elsewhere it is the one at hand.
 *
 * @returns {Promise<{ version: string, path: string }[]>}
 */
export async function nodes() {
  if (platform !== "linux") return [{ version: versions.node, path: execPath }];
  const all = supported.map((version) => ({ version, path: join(installNode(version), "node") }));
  for (const { path } of all) await ensureStarts(path);
  return all;
}

/**
 * Node 26 is linked against a library that a bare Debian lacks.
 *
 * @param {string} path
 */
async function ensureStarts(path) {
  const problem = await shell(path, ["--version"]).then(
    () => undefined,
    (error) => String(error.message),
  );
  if (problem === undefined) return;
  await aptInstall("libatomic1", `${problem}\nOn Debian: apt-get install libatomic1 (as root, \`npm test\` does it by itself).`);
  await shell(path, ["--version"]);
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
