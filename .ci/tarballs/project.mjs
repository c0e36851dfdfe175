import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";
import { tarballs } from "./tarballs.mjs";

/** @type {Promise<string>} | undefined} */
let installed;

/**
 * A new project as a user would begin one: empty, then npm installs our tarballs and the frameworks. Once for all checks of this run.
 *
 * @returns {Promise<string>} its folder, which goes with the process
 */
export function project() {
  return (installed ??= install());
}

async function install() {
  const folder = mkdtempSync(join(tmpdir(), "refrain-project-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const wanted = [
    ...(await tarballs()).map(({ path }) => path),
    ...["@nestjs/common", "@nestjs/core", "@nestjs/platform-express", "@nestjs/testing", "reflect-metadata", "rxjs"].map(pinned),
    ...["express", "ioredis", "next", "pg", "react", "react-dom", "redis", "@types/express", "@types/node", "@types/pg", "@types/react"].map(pinned),
  ];
  await shell("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...wanted], { cwd: folder });
  return folder;
}

/**
 * The version that this repository is tested with.
 *
 * @param {string} name
 */
function pinned(name) {
  const catalog = readFileSync(fileURLToPath(new URL("../../pnpm-workspace.yaml", import.meta.url)), "utf8");
  const version = new RegExp(`^  "?${name}"?: (\\S+)$`, "m").exec(catalog)?.[1];
  if (version === undefined) throw new Error(`pnpm-workspace.yaml does not name a version of ${name}.`);
  return `${name}@${version}`;
}
