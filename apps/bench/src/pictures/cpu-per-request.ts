import type { Measurement } from "../measurement.js";
import { names, valueOf } from "../names.js";
import { sharedKinds } from "../stores/place.js";
import { round, svg, text, width } from "./drawing.js";

/** The CPU per request as bars, by store, strict and cached. @throws RangeError when requests were not measured. */
export function drawCpuPerRequest(measurements: readonly Measurement[]): string {
  const none = valueOf(measurements, names.cpu(names.noAuth));
  const bars = rows.map((name) => ({ name, value: valueOf(measurements, names.cpu(name)) }));
  const longest = Math.max(...bars.map(({ value }) => value));
  const step = stepFor(longest);
  const most = step * Math.ceil(longest / step);
  const x = (value: number): number => round(plot.left + (value / most) * plot.width);
  const ends = plot.top + bars.length * rowHeight;
  return svg({
    title: "CPU per request of an Express app",
    description: `${bars.map(({ name, value }) => `${name}: ${value.toFixed(0)} microseconds`).join("; ")}.`,
    height: ends + 64,
    parts: [
      ...Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step).flatMap((value) => [
        `<path class="ruler" d="M${x(value)} ${plot.top}V${ends}"/>`,
        text(x(value), ends + 20, String(value), { anchor: "middle", quiet: true }),
      ]),
      ...bars.flatMap(({ name, value }, index) => {
        const y = plot.top + index * rowHeight;
        const ratio = name === names.noAuth ? "" : `, ${valueOf(measurements, names.cpuRatio(name)).toFixed(2)} x`;
        return [
          text(plot.left - 12, y + 25, name, { anchor: "end" }),
          `<rect class="${name === names.noAuth ? "plain" : "accent"}" x="${plot.left}" y="${y + 8}" width="${round(x(value) - plot.left)}" height="24"/>`,
          text(x(value) + 8, y + 25, `${value.toFixed(0)}${ratio}`),
        ];
      }),
      `<path class="base" d="M${x(none)} ${plot.top}V${ends}"/>`,
      text(plot.left + plot.width / 2, ends + 44, "microseconds of CPU per request, user and system; npm run bench -- --svg FOLDER requests", {
        anchor: "middle",
        quiet: true,
      }),
    ],
  });
}

const rows = [
  names.noAuth,
  names.reading("memory", "strict"),
  ...sharedKinds.flatMap((kind) => [names.reading(kind, "strict"), names.reading(kind, "cached")]),
];

const plot = { left: 160, top: 24, width: width - 160 - 112 };
const rowHeight = 40;

/** 10, 20, 50, 100 …: at most ten of them up to the longest bar. */
function stepFor(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest));
  return [0.1, 0.2, 0.5, 1].map((part) => part * power).find((step) => longest / step <= 10) ?? power;
}
