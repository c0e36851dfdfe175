import type { GrantEvent } from "../../src/machine/events.js";
import { type Action, decisions, leadsTo, type Life, type PhaseName, type Situation } from "../../src/machine/table.js";

/** The machine's table as one picture: which event leads where, and what a caller gets. SVG, readable in both colour schemes. */
export function drawMachine(): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="14">`,
    `<title id="title">The grant's state machine</title>`,
    `<desc id="description">Above: the five phases of a grant and the events between them. Below: what a caller gets, by what is left of the access token and by the phase.</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>`,
    ...routes().map(drawRoute),
    ...(Object.keys(places) as PhaseName[]).map(drawPhase),
    `<text class="quiet" x="40" y="420">From every phase: ${events("active", "closed").join(", ")} leave a tombstone, which decides as absent.</text>`,
    ...drawDecisions(),
    `</svg>`,
    "",
  ].join("\n");
}

const width = 960;
const height = 700;
const box = { width: 136, height: 44 };
const places: Record<PhaseName, { readonly x: number; readonly y: number }> = {
  active: { x: 40, y: 60 },
  refreshing: { x: 360, y: 60 },
  backoff: { x: 720, y: 60 },
  suspect: { x: 720, y: 180 },
  reauthorize: { x: 720, y: 300 },
};

const style = [
  ":root{color-scheme:light dark}",
  ".paper{fill:#fdfcfa}text{fill:#1f1b18}.quiet{fill:#4a443e}.line{stroke:#4a443e;fill:none;stroke-width:1.25}.tip{fill:#4a443e}.late{stroke-dasharray:5 4}",
  ".box{fill:#fdfcfa;stroke-width:2}.cell{stroke:#d9d2ca;fill:none}",
  ".active{stroke:#0b6b62;fill:#0b6b62}.refreshing{stroke:#1f56b3;fill:#1f56b3}.backoff{stroke:#8a5a00;fill:#8a5a00}.suspect{stroke:#a8430a;fill:#a8430a}.reauthorize{stroke:#a81f2d;fill:#a81f2d}",
  "@media (prefers-color-scheme:dark){.paper,.box{fill:#1b1816}text{fill:#f3eee8}.quiet{fill:#c9c1b8}.line{stroke:#c9c1b8}.tip{fill:#c9c1b8}.cell{stroke:#4a443e}",
  ".active{stroke:#5cc9bd;fill:#5cc9bd}.refreshing{stroke:#8ab4f8;fill:#8ab4f8}.backoff{stroke:#e5b04a;fill:#e5b04a}.suspect{stroke:#f4965a;fill:#f4965a}.reauthorize{stroke:#f28b93;fill:#f28b93}}",
].join("");

interface Route {
  readonly from: PhaseName;
  readonly to: PhaseName;
  readonly path: string;
  readonly label: { readonly x: number; readonly y: number; readonly anchor?: "start" | "middle" | "end" };
  readonly late?: boolean;
}

/** Every edge of the table, each on its own line; an edge that has no line here is an error, so the picture cannot fall behind. */
function routes(): readonly Route[] {
  const drawn: readonly Route[] = [
    { from: "active", to: "refreshing", path: "M176 72H358", label: { x: 267, y: 64 } },
    { from: "refreshing", to: "active", path: "M360 94H178", label: { x: 267, y: 112 } },
    { from: "refreshing", to: "refreshing", path: "M400 60C400 18 456 18 456 58", label: { x: 428, y: 22 } },
    { from: "refreshing", to: "backoff", path: "M496 72H718", label: { x: 607, y: 64 } },
    { from: "backoff", to: "refreshing", path: "M720 92H498", label: { x: 607, y: 110 } },
    { from: "refreshing", to: "suspect", path: "M470 104C500 170 600 190 718 192", label: { x: 700, y: 178, anchor: "end" } },
    { from: "suspect", to: "refreshing", path: "M720 212C580 212 480 180 444 106", label: { x: 708, y: 229, anchor: "end" } },
    { from: "refreshing", to: "reauthorize", path: "M412 104C420 250 560 316 718 322", label: { x: 560, y: 322 } },
    { from: "reauthorize", to: "backoff", path: "M838 300C884 262 884 142 838 106", label: { x: 880, y: 262, anchor: "start" } },
    { from: "backoff", to: "active", path: "M856 82H942V380H108V106", label: { x: 120, y: 372, anchor: "start" }, late: true },
    { from: "suspect", to: "active", path: "M856 202H942", label: { x: -1, y: -1 }, late: true },
    { from: "reauthorize", to: "active", path: "M856 322H942", label: { x: -1, y: -1 }, late: true },
  ];
  for (const from of Object.keys(places) as PhaseName[]) {
    for (const to of Object.keys(places) as PhaseName[]) {
      const wanted = events(from, to).length > 0;
      if (wanted !== drawn.some((route) => route.from === from && route.to === to)) throw new Error(`The picture and the table differ on ${from} to ${to}.`);
    }
  }
  return drawn;
}

/** The events that lead from one phase to another; those that leave the phase as it is are not drawn. */
function events(from: PhaseName, to: PhaseName | "closed"): readonly GrantEvent["type"][] {
  const stays = (type: GrantEvent["type"]): boolean => leadsTo[type][from].includes(from);
  return (Object.keys(leadsTo) as GrantEvent["type"][]).filter(
    (type) => leadsTo[type][from].includes(to) && (from !== to || (stays(type) && type === "refreshStarted")),
  );
}

function drawRoute({ from, to, path, label, late = false }: Route): string {
  const joins = label.x < 0;
  const line = `<path class="line${late ? " late" : ""}" d="${path}"${joins ? "" : ' marker-end="url(#tip)"'}/>`;
  if (joins) return line;
  const names = events(from, to).join(", ");
  const words = from === to ? `${names} (takes over)` : late ? `${names}: late answers count in every phase` : names;
  return `${line}<text class="quiet" x="${label.x}" y="${label.y}" text-anchor="${label.anchor ?? "middle"}">${words}</text>`;
}

function drawPhase(phase: PhaseName): string {
  const { x, y } = places[phase];
  return [
    `<rect class="box ${phase}" style="fill-opacity:.08" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="8"/>`,
    `<text x="${x + box.width / 2}" y="${y + 27}" text-anchor="middle" font-weight="600">${phase}</text>`,
  ].join("");
}

const situations: Record<Situation | "reauthorize", string> = {
  active: "active",
  refreshing: "refreshing",
  leaseOver: "lease over",
  backoff: "backoff",
  backoffOver: "backoff over",
  suspect: "suspect",
  suspectOver: "probe due",
  reauthorize: "reauthorize",
};
const lives: Record<Life, string> = {
  fresh: "before refreshAfter",
  aging: "until the hard margin",
  expiring: "inside the hard margin",
  dead: "dead or rejected",
};
const actions: Record<Action | "reauthorize", string> = {
  use: "use",
  useAndRefresh: "use, refresh",
  refresh: "refresh",
  wait: "wait",
  unavailable: "503",
  reauthorize: "consent",
};

function drawDecisions(): readonly string[] {
  const left = 200;
  const top = 480;
  const cell = { width: 90, height: 36 };
  const columns = Object.keys(situations) as (Situation | "reauthorize")[];
  const heads = columns.map((column, index) => text(left + (index + 0.5) * cell.width, top - 10, situations[column], "middle", "quiet"));
  const rows = (Object.keys(lives) as Life[]).flatMap((life, row) => {
    const y = top + row * cell.height;
    const cells = columns.map(
      (column, index) =>
        `<rect class="cell" x="${left + index * cell.width}" y="${y}" width="${cell.width}" height="${cell.height}"/>` +
        text(left + (index + 0.5) * cell.width, y + 23, actions[decisions[life][column]], "middle"),
    );
    return [text(left - 12, y + 23, lives[life], "end", "quiet"), ...cells];
  });
  const note = text(40, top + 4 * cell.height + 30, "Inside the hard margin a token with 5 s or more left is used rather than nothing.", "start", "quiet");
  return [text(40, top - 10, "the access token", "start", "quiet"), ...heads, ...rows, note];
}

function text(x: number, y: number, words: string, anchor: string, kind?: string): string {
  return `<text${kind === undefined ? "" : ` class="${kind}"`} x="${x}" y="${y}" font-size="13" text-anchor="${anchor}">${words}</text>`;
}
