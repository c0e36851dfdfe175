import { shell } from "../shell.mjs";

/** The rules of .oxlintrc.json: promises, switches, cycles, and what each package may not touch. */
export async function lint() {
  await shell("oxlint", []);
}
