import { readFileSync } from "node:fs";

/** The rows of the table under a heading of a file beside README.md, by the names of its columns. */
export function tableIn(file: string, heading: string): readonly Readonly<Record<string, string>>[] {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const [, section = ""] = text.split(new RegExp(`^#+ ${heading}$`, "m"));
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

/** What stands in backquotes. */
export const quoted = (cell = ""): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
