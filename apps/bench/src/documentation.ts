import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { processCounts } from "./many-processes.js";
import type { Measurement } from "./measurement.js";
import { names, type Reading, storeNames, valueOf } from "./names.js";
import { countsIn } from "./pictures/cost-of-get.js";
import { drawPictures } from "./pictures/pictures.js";
import { sharedKinds, storeKinds } from "./stores/place.js";
import { figure } from "./table.js";

/** What the documentation is written from. */
export const documentedSections: readonly string[] = ["requests", "processes", "idle", "grants"];

const core = new URL("../../../packages/core/", import.meta.url);

/** Writes the tables of `packages/core/sizes.md` and its pictures anew. @throws RangeError when something was not measured. */
export function writeDocumentation(measurements: readonly Measurement[], machine: string): void {
  const file = new URL("sizes.md", core);
  const tables = { machine, ...tablesOf(measurements) };
  writeFileSync(
    file,
    Object.entries(tables).reduce((page, [name, content]) => withPart(page, name, content), readFileSync(file, "utf8")),
  );
  drawPictures(measurements, documentedSections, fileURLToPath(new URL("pictures", core)));
}

/** Puts something new between the marks of a part. @throws RangeError when the page has no such part. */
export function withPart(page: string, name: string, content: string): string {
  const [first, last] = [`<!-- measured: ${name} -->`, "<!-- /measured -->"];
  const start = page.indexOf(first) + first.length;
  const end = page.indexOf(last, start);
  if (start < first.length || end < 0) throw new RangeError(`The page has no part ${name}.`);
  return `${page.slice(0, start)}\n\n${content}\n\n${page.slice(end)}`;
}

/** The tables of the page, by the names of its parts. */
export function tablesOf(measurements: readonly Measurement[]): Readonly<Record<"sizes" | "requests" | "lines" | "processes" | "grants", string>> {
  const value = (name: string): number => valueOf(measurements, name);
  const request = (contestant: string): string => `${figure(value(names.cpu(contestant)))} µs`;
  const compared = (contestant: string): string => `${request(contestant)}, ${value(names.cpuRatio(contestant)).toFixed(2)} x`;
  const readings: readonly Reading[] = ["strict", "cached", "cold"];
  const counts = countsIn(measurements);
  const served = (contestant: string): string => `${figure(value(names.perSecond(contestant)))} /s, ${request(contestant)}`;
  return {
    sizes: markdown([
      ["store", "one idle grant", "a million of them"],
      ...storeKinds.map((kind) => {
        const kibibytes = value(names.grantSize(kind));
        return [storeNames[kind], `${kibibytes.toFixed(2)} KiB`, `${((kibibytes * 1e6) / 1024 ** 2).toFixed(1)} GiB`];
      }),
    ]),
    requests: markdown([
      ["store", "strict", "behind `cached`", "seen for the first time"],
      [names.noAuth, request(names.noAuth), "", ""],
      ...storeKinds.map((kind) => [
        storeNames[kind],
        ...readings.map((reading) => (kind === "memory" && reading === "cached" ? "" : compared(names.reading(kind, reading)))),
      ]),
    ]),
    lines: markdown([
      ["store", "strict", "behind `cached`"],
      [names.noAuth, request(names.ofALine(names.noAuth)), ""],
      ...storeKinds.map((kind) => [
        storeNames[kind],
        compared(names.ofALine(names.reading(kind, "strict"))),
        kind === "memory" ? "" : compared(names.ofALine(names.reading(kind, "cached"))),
      ]),
    ]),
    processes: markdown([
      ["store", ...processCounts.map((processes) => `${processes} ${processes === 1 ? "process" : "processes"}`)],
      ...[names.noAuth, ...sharedKinds.map((kind) => storeNames[kind])].map((name) => [
        name,
        ...processCounts.map((processes) => served(names.inProcesses(name, processes))),
      ]),
    ]),
    grants: markdown([
      ["store", ...counts.map((grants) => grants.toLocaleString("en"))],
      ...storeKinds.map((kind) => [storeNames[kind], ...counts.map((grants) => `${figure(value(names.get(kind, grants)))} µs`)]),
    ]),
  };
}

/** As `npm run format` writes a table; all columns but the first are numbers. */
function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((length, column) => (column === 0 ? "-".repeat(length) : `${"-".repeat(length - 1)}:`));
  return [line(head), line(rule), ...body.map(line)].join("\n");
}
