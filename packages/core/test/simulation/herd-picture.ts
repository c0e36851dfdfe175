import { type Herd, minutes, users } from "./herd.js";

/** Both curves over one day, as SVG that is readable in both colour schemes. */
export function drawHerd(drawn: Herd, fixed: Herd): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">Token calls per second over the day after a mass sign-in</title>`,
    `<desc id="description">${users.toLocaleString("en")} users sign in within five minutes. Refreshed at a fixed margin they all come back every hour, ${Math.round(fixed.peak)} calls per second at the peak. With the drawn instant the peak is ${Math.round(drawn.peak)} calls per second.</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...rulers(),
    `<path class="fixed" d="${curve(fixed)}"/>`,
    `<path class="drawn" d="${curve(drawn)}"/>`,
    ...legend(drawn, fixed),
    `</svg>`,
    "",
  ].join("\n");
}

const width = 960;
const height = 400;
const plot = { left: 64, top: 72, width: 864, height: 264 };
const most = 350;
/** Two minutes share one point: the higher one. */
const minutesPerPoint = 2;

const style = [
  ":root{color-scheme:light dark}",
  ".paper{fill:#fdfcfa}text{fill:#1f1b18}.quiet{fill:#4a443e}.ruler{stroke:#d9d2ca;stroke-width:1}",
  "path{fill:none}.drawn{stroke:#5b21b6;stroke-width:2}.fixed{stroke:#4a443e;stroke-width:1;stroke-dasharray:3 2}",
  "@media (prefers-color-scheme:dark){.paper{fill:#1b1816}text{fill:#f3eee8}.quiet{fill:#c9c1b8}.ruler{stroke:#4a443e}.drawn{stroke:#c4b5fd}.fixed{stroke:#c9c1b8}}",
].join("");

const x = (minute: number): number => plot.left + (minute / minutes) * plot.width;
const y = (perSecond: number): number => Math.round(10 * (plot.top + plot.height * (1 - perSecond / most))) / 10;

function curve({ perSecond }: Herd): string {
  const points: string[] = [];
  for (let minute = 0; minute < minutes; minute += minutesPerPoint) {
    const value = Math.max(...perSecond.slice(minute, minute + minutesPerPoint));
    points.push(`${x(minute).toFixed(1)} ${y(value)}`);
  }
  return `M${points.join("L")}`;
}

function rulers(): readonly string[] {
  const across = [0, 50, 100, 150, 200, 250, 300, 350].map(
    (value) =>
      `<path class="ruler" d="M${plot.left} ${y(value)}H${plot.left + plot.width}"/><text class="quiet" x="${plot.left - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24].map(
    (hour) => `<text class="quiet" x="${x(hour * 60)}" y="${plot.top + plot.height + 20}" text-anchor="middle">${hour}</text>`,
  );
  const units = [
    `<text class="quiet" x="${plot.left + plot.width / 2}" y="${plot.top + plot.height + 44}" text-anchor="middle">hours since the sign-in</text>`,
    `<text class="quiet" x="${plot.left - 48}" y="${plot.top - 10}">token calls per second</text>`,
  ];
  return [...across, ...hours, ...units];
}

function legend(drawn: Herd, fixed: Herd): readonly string[] {
  const ratio = ({ peak, mean }: Herd): string => `peak ${Math.round(peak)} per second, ${(peak / mean).toFixed(1)} times the mean`;
  return [
    `<path class="drawn" d="M${plot.left} 18H${plot.left + 32}"/><text x="${plot.left + 40}" y="22">refreshAfter drawn per answer: ${ratio(drawn)}</text>`,
    `<path class="fixed" d="M${plot.left} 38H${plot.left + 32}"/><text x="${plot.left + 40}" y="42">the same margin for all: ${ratio(fixed)}</text>`,
  ];
}
