/** What a drawing shows, and what it says to who cannot see it. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly parts: readonly string[];
}

export const width = 960;

/** As SVG that is readable in both colour schemes. Classes: `quiet` text, `ruler`, `accent` and `plain` for what is filled, `line` for what is drawn. */
export function svg({ title, description, height, parts }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${title}</title>`,
    `<desc id="description">${description}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...parts,
    `</svg>`,
    "",
  ].join("\n");
}

export function text(
  x: number,
  y: number,
  content: string,
  { anchor = "start", quiet = false }: { anchor?: "start" | "middle" | "end"; quiet?: boolean } = {},
): string {
  return `<text${quiet ? ' class="quiet"' : ""} x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${content}</text>`;
}

/** A tenth of a pixel is seen by nobody. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const style = [
  ":root{color-scheme:light dark}",
  ".paper{fill:#fdfcfa}text{fill:#1f1b18;font-variant-numeric:tabular-nums}.quiet{fill:#4a443e}.ruler{stroke:#d9d2ca;stroke-width:1}.accent{fill:#5b21b6}.plain{fill:#6e665e}",
  ".line{fill:none;stroke:#5b21b6;stroke-width:2}.base{stroke:#4a443e;stroke-width:1;stroke-dasharray:3 2}",
  "@media (prefers-color-scheme:dark){.paper{fill:#1b1816}text{fill:#f3eee8}.quiet{fill:#c9c1b8}.ruler{stroke:#4a443e}.accent{fill:#c4b5fd}.plain{fill:#a8a097}.line{stroke:#c4b5fd}.base{stroke:#c9c1b8}}",
].join("");
