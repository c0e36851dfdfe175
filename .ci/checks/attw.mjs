import { shell } from "../shell.mjs";
import { tarballs } from "../tarballs/tarballs.mjs";

/** Types resolve in every module mode that can import ESM. */
export async function attw() {
  await Promise.all((await tarballs()).map(({ path }) => shell("attw", [path, "--profile", "esm-only", "--format", "ascii", "--no-emoji"])));
}
