import { shell } from "../shell.mjs";

/** Core stays within the limits of .size-limit.json. */
export async function size() {
  await shell("size-limit", []);
}
