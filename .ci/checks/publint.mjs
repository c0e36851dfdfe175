import { readFile } from "node:fs/promises";
import { publint as inspect } from "publint";
import { formatMessage } from "publint/utils";
import { tarballs } from "../tarballs/tarballs.mjs";

/** package.json keeps what it promises to every resolver. */
export async function publint() {
  const wrong = await Promise.all((await tarballs()).map(problems));
  if (wrong.flat().length > 0) throw new Error(wrong.flat().join("\n"));
}

/** @param {import("../tarballs/tarballs.mjs").Tarball} tarball */
async function problems({ path, manifest }) {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  const { messages } = await inspect({ pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }, strict: true });
  return messages.filter(({ type }) => type !== "suggestion").map((message) => `${manifest.name}: ${formatMessage(message, { ...manifest })}`);
}
