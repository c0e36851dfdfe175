import { shell } from "../shell.mjs";

/** Core stays within the limits of .size-limit.mjs. */
export async function size() {
  await shell("size-limit", []);
}
