import { stylesheet } from "@refrain/emulator";

/*
 * What the demos have beyond the shared stylesheet, in its colours and sizes.
 *
 * .panel > section            several subjects in one panel
 * ol.tracks > li.track        a cover, then title and artist; .track.playing larger
 * .controls > form + .hint    a button and what it does
 * header nav > a              the pages; the one with aria-current is this one
 * ul.permissions > li         what is allowed, and a button where it is not
 * .panel.column               text of a width that reads well, under a wide header
 */

/** The stylesheet of the demos: the one of all pages, and what they need beyond it. */
export const style: string = `${stylesheet}
.header .actions { align-items: center; gap: 8px 16px; }
header nav { display: flex; flex-wrap: wrap; gap: 4px; margin: 0 auto 0 -12px; }
header nav a { display: inline-flex; align-items: center; min-height: 44px; padding: 0 12px; border-radius: 8px; color: inherit; text-decoration: none; transition: background 120ms; }
header nav a:hover { background: var(--sunken); }
header nav [aria-current] { font-weight: 600; box-shadow: inset 0 -2px var(--accent); border-radius: 0; }
[hidden] { display: none !important; }
.panel { gap: 40px; }
#song { display: grid; gap: 16px; }
.entry { gap: 24px; max-width: 28rem; }
.panel > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.tracks { display: grid; gap: 16px; list-style: none; }
.track { display: flex; gap: 16px; align-items: center; }
.track p { min-width: 0; line-height: 1.4; }
.playing .cover { width: 64px; height: 64px; font-size: 1.5625rem; }
.track time { margin-left: auto; color: var(--muted); white-space: nowrap; }
.permissions { display: grid; gap: 16px; margin: 0; padding: 0; list-style: none; }
.permissions li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 16px; align-items: center; max-width: none; }
.panel > section > .button { justify-self: start; }
.controls { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 8px 16px; align-items: center; }
.controls button { width: 100%; }
.column { max-width: 44rem; }
.panel.table tbody tr:last-child, .panel.table tbody tr:last-child td { border-bottom: 0; }
@media (max-width: 640px) {
  .panel { gap: 24px; }
  header nav { gap: 0; margin-left: -8px; }
  header nav a { padding: 0 8px; }
  .header .actions { flex: 1 0 100%; justify-content: space-between; }
  .track { flex-wrap: wrap; }
  .track p { flex: 1; }
  .track time { flex: 1 0 calc(100% - 56px); margin: -16px 0 0 56px; }
  .controls { grid-template-columns: minmax(0, 1fr); }
  .controls .hint { padding-bottom: 8px; }
}
`;

/** The icon: the repeat sign at the end of a refrain, two dots, a thin bar, a thick one. */
export const icon: string = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#4c2889"/><g fill="#fffefc"><rect x="8" y="10" width="4" height="4"/><rect x="8" y="18" width="4" height="4"/><rect x="15" y="6" width="2" height="20"/><rect x="20" y="6" width="5" height="20"/></g></svg>`;
