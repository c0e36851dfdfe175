import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A path in a folder of its own, which goes when the test is over. */
export function temporaryFile(name = "refrain.sqlite"): string {
  const folder = mkdtempSync(join(tmpdir(), "refrain-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}
