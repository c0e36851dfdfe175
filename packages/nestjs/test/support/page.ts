import { readFileSync } from "node:fs";

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

/** The rows of the table under a heading of a file beside README.md, by the names of its columns. */
export function tableIn(file: string, heading: string): readonly Readonly<Record<string, string>>[] {
  const [, section = ""] = read(file).split(new RegExp(`^#+ ${heading}$`, "m"));
  const [head = [], , ...rows] = section
    .replace(/^#[^]*/m, "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  if (rows.length === 0) throw new Error(`${file} has no table under ${heading}.`);
  return rows.map((row) => Object.fromEntries(row.map((cell, column) => [head[column] ?? "", cell])));
}

/** The code blocks of a language in a file beside README.md. */
export function blocksIn(file: string, language: string): readonly string[] {
  const blocks = [...read(file).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, "gm"))].map(([, code = ""]) => code);
  if (blocks.length === 0) throw new Error(`${file} shows no ${language}.`);
  return blocks;
}
