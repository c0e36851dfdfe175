import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A copy of a folder that everybody may read: what lies in the project may be for root alone, and another user runs the servers then.
 *
 * @param {string} folder
 * @param {string} name of what is in it, as part of a folder's name
 * @returns {{ folder: string, stop: () => void }} `stop` removes the copy
 */
export function readableCopy(folder, name) {
  const copy = mkdtempSync(join(tmpdir(), `refrain-${name}-`));
  const stop = () => rmSync(copy, { recursive: true, force: true });
  try {
    cpSync(folder, copy, { recursive: true });
    chmodSync(copy, 0o755);
    return { folder: copy, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
