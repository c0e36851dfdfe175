import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Measurement } from "./measurement.js";

interface Size {
  readonly name: string;
  readonly size: number;
  readonly sizeLimit: number;
}

/** What core weighs, min+brotli, by the limits of `.size-limit.mjs`. */
export async function sizes(): Promise<readonly Measurement[]> {
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  // It exits with 1 above a limit, and says all the same how large everything is.
  const { stdout } = await promisify(execFile)("size-limit", ["--json"], { cwd, shell: process.platform === "win32" }).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? "",
  }));
  const measured = JSON.parse(stdout) as readonly Size[];
  return measured.map(({ name, size, sizeLimit }) => ({ what: `size of ${name}`, value: size / 1000, unit: "kB", target: { most: sizeLimit / 1000 } }));
}
