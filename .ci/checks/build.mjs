import { shell } from "../shell.mjs";

/** Every package and app compiles. What follows reads the result. */
export async function build() {
  await shell("turbo", ["run", "build", "--output-logs=errors-only"]);
}
