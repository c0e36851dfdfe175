import type { Measurement } from "./measurement.js";

const about = "Express CPU per request, ";

/** The CPU per request as bars, as SVG that is readable in both colour schemes. @throws RangeError when requests were not measured. */
export function drawRequests(measurements: readonly Measurement[]): string {
  const bars = measurements
    .filter(({ what, unit }) => what.startsWith(about) && unit === "µs")
    .map(({ what, value }) => ({ name: what.slice(about.length), value: Number(value) }));
  if (bars.length === 0) throw new RangeError("The picture needs the section of requests.");
  const step = stepFor(Math.max(...bars.map(({ value }) => value)));
  const most = step * Math.ceil(Math.max(...bars.map(({ value }) => value)) / step);
  const height = top + bars.length * rowHeight + 64;
  const x = (value: number): number => left + (value / most) * width;
  const ends = top + bars.length * rowHeight;
  const rulers = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step).map(
    (value) => `<path class="ruler" d="M${x(value)} ${top}V${ends}"/><text class="quiet" x="${x(value)}" y="${ends + 20}" text-anchor="middle">${value}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 ${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">CPU per request of an Express app</title>`,
    `<desc id="description">${bars.map(({ name, value }) => `${name}: ${value.toFixed(0)} microseconds`).join("; ")}. Warm: the grant was opened before. Cold: it is seen for the first time.</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="960" height="${height}"/>`,
    ...rulers,
    ...bars.map(
      ({ name, value }, index) =>
        `<text x="${left - 12}" y="${top + index * rowHeight + 28}" text-anchor="end">${name}</text><rect class="bar" x="${left}" y="${top + index * rowHeight + 12}" width="${(x(value) - left).toFixed(1)}" height="24"/><text x="${(x(value) + 8).toFixed(1)}" y="${top + index * rowHeight + 28}">${value.toFixed(0)}</text>`,
    ),
    `<text class="quiet" x="${left + width / 2}" y="${ends + 44}" text-anchor="middle">microseconds of CPU per request, user and system; npm run bench -- --svg FILE</text>`,
    `</svg>`,
    "",
  ].join("\n");
}

const left = 160;
const top = 24;
const width = 728;
const rowHeight = 48;

const style = [
  ":root{color-scheme:light dark}",
  ".paper{fill:#fdfcfa}text{fill:#1f1b18}.quiet{fill:#4a443e}.ruler{stroke:#d9d2ca;stroke-width:1}.bar{fill:#5b21b6}",
  "@media (prefers-color-scheme:dark){.paper{fill:#1b1816}text{fill:#f3eee8}.quiet{fill:#c9c1b8}.ruler{stroke:#4a443e}.bar{fill:#c4b5fd}}",
].join("");

/** 10, 20, 50, 100 …: at most ten of them up to the longest bar. */
function stepFor(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest));
  return [0.1, 0.2, 0.5, 1].map((part) => part * power).find((step) => longest / step <= 10) ?? power;
}
