import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.toolchain/", import.meta.url));

/**
 * A folder below `.toolchain/`, filled on first use.
 * It is filled beside its place and renamed into it, so an interrupted or parallel installation never leaves half of it behind.
 *
 * @param {string} name
 * @param {(draft: string) => void} fill
 * @returns {string}
 */
export function installOnce(name, fill) {
  const place = join(folder, name);
  if (existsSync(place)) return place;

  process.stderr.write(`Installing ${name} into .toolchain\n`);
  mkdirSync(dirname(place), { recursive: true });
  const draft = mkdtempSync(join(folder, "installing-"));
  try {
    fill(draft);
    moveInto(place, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return place;
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
