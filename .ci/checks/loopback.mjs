import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Spotify refuses `localhost`, so our code uses it as a host nowhere: 127.0.0.1 or [::1]. Comments, sentences and comparisons may name it. */
export async function loopback() {
  const cwd = fileURLToPath(new URL("../../packages/", import.meta.url));
  const files = globSync("*/src/**/*.ts", { cwd });
  if (files.length === 0) throw new Error("There is no source to look at.");
  const wrong = files.flatMap((file) =>
    readFileSync(cwd + file, "utf8")
      .split("\n")
      .flatMap((line, index) => (usesLocalhost(line) ? [`packages/${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  if (wrong.length > 0) throw new Error(`localhost as a host:\n${wrong.join("\n")}`);
}

/** @param {string} line */
function usesLocalhost(line) {
  return (
    !/^\s*(?:\/?\*|\/\/)/.test(line) && (/\/\/localhost\b/i.test(line) || /(?<![!=]== )(["'`])localhost(?::\d*)?\1/i.test(line) || /localhost:/i.test(line))
  );
}
