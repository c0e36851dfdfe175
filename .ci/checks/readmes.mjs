import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";
import { project } from "../tarballs/project.mjs";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));
const longest = 80;

/** Every package has a README of at most 80 lines, and its code compiles against the published types. Counts each README. */
export async function readmes() {
  const cwd = await project();
  const names = readdirSync(packages);
  /** @type {string[]} */
  const failures = [];
  for (const name of names) await compile(name, cwd).catch((error) => failures.push(`${name}: ${error.message}`));
  return { passed: names.length - failures.length, failed: failures.length, output: failures.join("\n\n") };
}

/**
 * @param {string} name
 * @param {string} cwd
 */
async function compile(name, cwd) {
  const text = readFileSync(join(packages, name, "README.md"), "utf8");
  const lines = text.trimEnd().split("\n").length;
  if (lines > longest) throw new Error(`README.md has ${lines} lines; ${longest} are allowed`);
  const blocks = [...text.matchAll(/^```ts\n([^]*?)\n```$/gm)].map(([, code = ""]) => code);
  if (blocks.length === 0) throw new Error("README.md shows no code");
  const files = blocks.map((code, index) => {
    const file = `readme-${name}-${index}.ts`;
    writeFileSync(join(cwd, file), code);
    return file;
  });
  // Next's own declarations compile in no other way.
  const lenient = name === "next" ? ["--skipLibCheck"] : name === "nestjs" ? ["--skipLibCheck", "--experimentalDecorators"] : [];
  await shell("tsc", ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2023", "--types", "node", ...lenient, ...files], { cwd });
}
