import { isMet, type Measurement } from "./measurement.js";

/** The measurements as one table of text. */
export function table(measurements: readonly Measurement[]): string {
  const rows = [["what", "measured", "target", "met?"], ...measurements.map(row)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

function row(measurement: Measurement): readonly string[] {
  const { what, value, unit, target } = measurement;
  const met = isMet(measurement);
  return [
    what,
    `${figure(value)} ${unit}`,
    target === null ? "" : "most" in target ? `<= ${figure(target.most)}` : `>= ${figure(target.least)}`,
    met === null ? "" : met ? "yes" : "NO",
  ];
}

/** Three figures, and whole numbers from a hundred on. */
function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
