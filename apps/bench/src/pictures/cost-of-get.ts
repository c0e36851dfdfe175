import { grantCounts } from "../many-grants.js";
import type { Measurement } from "../measurement.js";
import { names, storeNames, valueOf } from "../names.js";
import { type StoreKind, storeKinds } from "../stores/place.js";
import { round, svg, text, width } from "./drawing.js";

interface Curve {
  readonly kind: StoreKind;
  readonly points: readonly { readonly grants: number; readonly microseconds: number }[];
}

/** What a `get` costs by the number of grants, one curve to a store, both axes by powers of ten. @throws RangeError when grants were not measured. */
export function drawCostOfGet(measurements: readonly Measurement[]): string {
  const counts = countsIn(measurements);
  const curves = storeKinds.map((kind): Curve => ({
    kind,
    points: counts.map((grants) => ({ grants, microseconds: valueOf(measurements, names.get(kind, grants)) })),
  }));
  const all = curves.flatMap(({ points }) => points.map(({ microseconds }) => Math.log10(microseconds)));
  const [least, most] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const x = (grants: number): number => round(plot.left + ((Math.log10(grants) - 1) / 5) * plot.width);
  const y = (microseconds: number): number => round(plot.top + (1 - (Math.log10(microseconds) - least) / (most - least)) * plot.height);
  const ends = plot.top + plot.height;
  return svg({
    title: "Time until a grant is read, by the number of grants",
    description: `Microseconds. ${curves.map(({ kind, points }) => `${storeNames[kind]}: ${points.map(said).join(", ")}`).join("; ")}.`,
    height: ends + 64,
    parts: [
      ...powers(least, most).flatMap((value) => [
        `<path class="ruler" d="M${plot.left} ${y(value)}H${plot.left + plot.width}"/>`,
        text(plot.left - 8, y(value) + 4, value.toLocaleString("en"), { anchor: "end", quiet: true }),
      ]),
      ...powers(1, 6).map((value) => text(x(value), ends + 20, value.toLocaleString("en"), { anchor: "middle", quiet: true })),
      text(plot.left - 48, plot.top - 14, "microseconds until it is read, one call after the other", { quiet: true }),
      text(plot.left + plot.width / 2, ends + 44, "grants in the store; npm run bench -- --svg FOLDER grants", { anchor: "middle", quiet: true }),
      ...curves.flatMap(({ points }) => [
        `<path class="line" d="M${points.map(({ grants, microseconds }) => `${x(grants)} ${y(microseconds)}`).join("L")}"/>`,
        ...points.map(({ grants, microseconds }) => `<circle class="accent" cx="${x(grants)}" cy="${y(microseconds)}" r="4"/>`),
      ]),
      ...labels(curves, x, y),
    ],
  });
}

/** The numbers of grants that were measured: a quick run leaves the largest out. */
export function countsIn(measurements: readonly Measurement[]): readonly number[] {
  return grantCounts.filter((grants) => measurements.some(({ what }) => what === names.get("memory", grants)));
}

/** Beside the last point of each curve, from the top down, none upon another. */
function labels(curves: readonly Curve[], x: (grants: number) => number, y: (microseconds: number) => number): readonly string[] {
  const lasts = curves.flatMap(({ kind, points }) => points.slice(-1).map(({ grants, microseconds }) => ({ kind, at: x(grants), height: y(microseconds) })));
  let above = -Infinity;
  return lasts
    .toSorted((a, b) => a.height - b.height)
    .map(({ kind, at, height }) => {
      above = Math.max(height + 4, above + 16);
      return text(at + 12, above, storeNames[kind]);
    });
}

function said({ grants, microseconds }: Curve["points"][number]): string {
  return `${Number(microseconds.toPrecision(2))} among ${grants.toLocaleString("en")}`;
}

function powers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

const plot = { left: 64, top: 48, width: width - 64 - 112, height: 264 };
