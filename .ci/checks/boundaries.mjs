import { shell } from "../shell.mjs";

/** Packages depend on each other only as the tags in turbo.json allow. */
export async function boundaries() {
  await shell("turbo", ["boundaries"]);
}
