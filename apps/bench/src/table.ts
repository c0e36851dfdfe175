import { isMet, type Measurement } from "./measurement.js";

/** The measurements as one table of text. */
export function table(measurements: readonly Measurement[]): string {
  const rows = [["what", "measured", "target", "met?"], ...measurements.flatMap(rowsOf)];
  // What stands above a group is as long as it likes.
  const widths = rows[0]?.map((_, column) => Math.max(...rows.filter((cells) => cells.length > 1).map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

function rowsOf(measurement: Measurement, index: number, all: readonly Measurement[]): readonly (readonly string[])[] {
  const { group } = measurement;
  if (group === undefined) return [row(measurement)];
  const indented = row({ ...measurement, what: `  ${measurement.what}` });
  return group === all[index - 1]?.group ? [indented] : [[group], indented];
}

function row(measurement: Measurement): readonly string[] {
  const { what, value, unit, target } = measurement;
  const met = isMet(measurement);
  return [
    what,
    typeof value === "string" ? value : `${figure(value)} ${unit}`.trimEnd(),
    target === null ? "" : "most" in target ? `<= ${figure(target.most)}` : `>= ${figure(target.least)}`,
    met === null ? "" : met ? "yes" : "NO",
  ];
}

/** Three figures, and whole numbers from a hundred on. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
