import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Every locked package is held by its hash and comes from whichever registry is configured: no addresses. */
export async function lockfile() {
  const text = readFileSync(fileURLToPath(new URL("../../pnpm-lock.yaml", import.meta.url)), "utf8");
  const resolutions = [...text.matchAll(/^ +resolution: (.+)$/gm)].map(([, resolution = ""]) => resolution);
  if (resolutions.length === 0) throw new Error("pnpm-lock.yaml locks nothing.");
  const wrong = [
    ...resolutions.filter((resolution) => !/^\{integrity: sha512-[A-Za-z0-9+/=]+\}$/.test(resolution)),
    ...[...text.matchAll(/^.*(?:https?:|git\+|tarball:).*$/gm)].map(([line]) => line.trim()),
  ];
  if (wrong.length > 0) throw new Error(`pnpm-lock.yaml:\n${wrong.join("\n")}`);
}
