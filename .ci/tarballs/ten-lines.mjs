import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The README's first program: the ts block that follows the comment `<!-- ten-lines -->`.
 *
 * @returns {{ source: string, path: string }} and the path that it protects
 * @throws when there is none, or it has grown beyond ten lines
 */
export function tenLineProgram() {
  const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8").replaceAll("\r\n", "\n");
  const source = /^<!-- ten-lines -->\n+```ts\n([^]*?)\n```$/m.exec(readme)?.[1];
  if (source === undefined) throw new Error("README.md has no ts block after a line <!-- ten-lines -->");
  const lines = source.split("\n").filter((line) => line.trim() !== "").length;
  if (lines > 10) throw new Error(`The ten-line program of README.md has ${lines} lines`);
  const path = /\.get\(\s*"([^"]+)"/.exec(source)?.[1];
  if (path === undefined) throw new Error('The ten-line program of README.md serves no page: .get("…") was not found');
  return { source, path };
}

/**
 * The program, listening on another port.
 *
 * @param {string} code
 * @param {number} port
 */
export function onPort(code, port) {
  const moved = code.replace(/\.listen\(\d+/, `.listen(${port}`);
  if (moved === code && !code.includes("PORT")) throw new Error("The ten-line program of README.md listens on no port: .listen(<number> was not found");
  return moved;
}
