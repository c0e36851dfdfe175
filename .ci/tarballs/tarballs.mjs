import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";

/**
 * @typedef {object} Tarball a package as it would be published
 * @property {string} path
 * @property {string[]} files
 * @property {Manifest} manifest its package.json
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {{ node: string }} engines
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** @type {Promise<Tarball[]> | undefined} */
let packed;

/**
 * Every public package, packed once for all checks of this run, in a folder that goes with the process.
 *
 * @returns {Promise<Tarball[]>}
 */
export function tarballs() {
  return (packed ??= packAll());
}

async function packAll() {
  const folder = mkdtempSync(join(tmpdir(), "refrain-tarballs-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const all = readdirSync(packages).filter((name) => !manifest(readFileSync(join(packages, name, "package.json"), "utf8")).private);
  if (all.length === 0) throw new Error("There is no public package to pack.");
  return Promise.all(all.map((name) => pack(join(packages, name), join(folder, `${name}.tgz`))));
}

/**
 * @param {string} cwd
 * @param {string} path
 * @returns {Promise<Tarball>}
 */
async function pack(cwd, path) {
  await shell("pnpm", ["pack", "--out", path], { cwd });
  const list = await shell("tar", ["-tzf", path]);
  const files = list
    .trim()
    .split(/\r?\n/)
    .map((file) => file.replace(/^package\//, ""))
    .toSorted();
  return { path, files, manifest: manifest(await shell("tar", ["-xzOf", path, "package/package.json"])) };
}

/**
 * @param {string} text
 * @returns {Manifest}
 */
function manifest(text) {
  return JSON.parse(text);
}
