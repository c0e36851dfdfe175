import { shell } from "../shell.mjs";

/** Sources, tests and these scripts together. */
export async function types() {
  await shell("turbo", ["run", "types", "--output-logs=errors-only", "--continue"]);
  await shell("tsc", ["-p", ".ci"]);
}
