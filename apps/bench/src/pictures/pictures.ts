import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Measurement } from "../measurement.js";
import { drawCostOfGet } from "./cost-of-get.js";
import { drawCpuPerRequest } from "./cpu-per-request.js";

/** One picture to a question, by the section that answers it. */
const pictures: readonly Picture[] = [
  { section: "requests", file: "cpu-per-request.svg", draw: drawCpuPerRequest },
  { section: "grants", file: "cost-of-get.svg", draw: drawCostOfGet },
];

interface Picture {
  readonly section: string;
  readonly file: string;
  readonly draw: (measurements: readonly Measurement[]) => string;
}

/** Draws what these sections measured. */
export function drawPictures(measurements: readonly Measurement[], sections: readonly string[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { section, file, draw } of pictures) if (sections.includes(section)) writeFileSync(join(folder, file), draw(measurements));
}
