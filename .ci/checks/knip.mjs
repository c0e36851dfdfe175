import { shell } from "../shell.mjs";

/** No file, export or dependency that nobody uses; none that is used and not declared. */
export async function knip() {
  await shell("knip", ["--no-progress"]);
}
