import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The version of an installed package, whether or not it exports its package.json. */
export function versionOf(name: string): string {
  for (let folder = new URL("./", import.meta.resolve(name)); folder.pathname !== "/"; folder = new URL("../", folder)) {
    const file = fileURLToPath(new URL("package.json", folder));
    const found = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string; readonly version?: string }) : {};
    if (found.name === name && found.version !== undefined) return found.version;
  }
  throw new Error(`${name} is not installed.`);
}
