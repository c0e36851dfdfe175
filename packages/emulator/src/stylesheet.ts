/*
 * The one stylesheet. Semantic HTML carries most of it; the class names are these.
 *
 * header.header > .name, .who            who this page is, who is signed in (body > main gives the column; main.wide for dashboards)
 * p.banner                               a line above everything, e.g. "local emulator: no real account"
 * .pill[data-phase]                      active | refreshing | backoff | suspect | reauthorize | signed-out (the word goes inside, the shape is drawn)
 * .countdown > progress + span           a thin bar and the number beside it; .countdown[data-phase] colours the bar
 * ol.trail > li > details > summary      newest first; in the summary: time, .what, .why, .took; anything after it is the expansion
 * dl.facts > div > dt + dd               key-value list
 * .table > table                         sticky head; give each td a data-label, rows become blocks on a narrow screen
 * .button .primary .danger .quiet .row   on <button> and <a> (.row: full width, left); .actions lays several side by side, .stack one below the other
 * .notice[data-kind]                     info | warning | failure: one <p>, one action
 * .empty                                 what to do next, when there is nothing yet
 * .field > label + input|select + .hint  form field; label.choice > input + text for radios and checkboxes
 * .grid > .panel                         panels side by side, one column from 640 px down; .panel.full spans the row
 * .cover[data-cover="0".."5"]            an invented cover or portrait drawn by CSS, the initial inside
 * .lead .muted .small .code .number .visually-hidden   text: opening sentence, quieter, 13 px, monospace, tabular numerals, readers only
 */

/** The one stylesheet of all pages: no font, image, script or request besides itself. Light and dark follow the reader's system. */
export const stylesheet: string = `:root {
  color-scheme: light dark;
  --ground: light-dark(#faf8f5, #181614);
  --surface: light-dark(#fffefc, #211e1b);
  --sunken: light-dark(#f1ede7, #2b2723);
  --line: light-dark(#d8d1c7, #423c36);
  --edge: light-dark(#7a7166, #968d81);
  --text: light-dark(#231f1b, #f2ede6);
  --muted: light-dark(#524b43, #c1b8ac);
  --accent: light-dark(#4c2889, #c9b5ff);
  --on-accent: light-dark(#fffefc, #1d1030);
  --active: light-dark(#0b5f5a, #5fd3c8);
  --refreshing: light-dark(#1b4f9c, #94bfff);
  --backoff: light-dark(#7a4a00, #f0be55);
  --suspect: light-dark(#8f3a07, #ffa66e);
  --reauthorize: light-dark(#9c1c24, #ff9d9d);
  --signed-out: light-dark(#57514a, #bab2a8);
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2, h3, p, dl, dd, ol, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
h1 { font-size: 1.9375rem; line-height: 1.2; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; }
h3 { font-size: 1rem; }
p, li { max-width: 68ch; }
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main, .header { max-width: 44rem; margin: 0 auto; padding: 24px 16px; }
main { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); justify-items: start; padding-bottom: 64px; }
main > :is(section, div, form, dl, ol, .notice, .empty) { width: 100%; }
.wide { max-width: 72rem; }
.banner { max-width: none; padding: 8px 16px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-align: center; }
.header { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: center; justify-content: space-between; padding-block: 16px; border-bottom: 1px solid var(--line); }
.name { color: inherit; font-weight: 700; text-decoration: none; }
.who, .muted, .hint { color: var(--muted); }
.lead { font-size: 1.25rem; line-height: 1.4; }
.small, .hint, .took, .code, code, time, th, .pill { font-size: 0.8125rem; }
.code, code, time { font-family: ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.number, time, .countdown, .took, td { font-variant-numeric: tabular-nums; }
.pill, .countdown { --phase: var(--signed-out); --shape: inset(4px 0); }
[data-phase="active"] { --phase: var(--active); --shape: circle(5px); }
[data-phase="refreshing"] { --phase: var(--refreshing); --shape: polygon(0 0, 100% 50%, 0 100%); }
[data-phase="backoff"] { --phase: var(--backoff); --shape: polygon(0 0, 35% 0, 35% 100%, 65% 100%, 65% 0, 100% 0, 100% 100%, 0 100%); }
[data-phase="suspect"] { --phase: var(--suspect); --shape: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
[data-phase="reauthorize"] { --phase: var(--reauthorize); --shape: polygon(50% 0, 100% 100%, 0 100%); }
.pill { display: inline-flex; gap: 8px; align-items: center; margin-block: 4px; padding: 0 12px 0 8px; border: 1px solid; border-radius: 24px; color: var(--phase); background: var(--surface); font-weight: 600; line-height: 24px; white-space: nowrap; }
.pill::before { content: ""; width: 10px; height: 10px; background: currentColor; clip-path: var(--shape); forced-color-adjust: none; }
.countdown { display: flex; gap: 12px; align-items: center; }
progress { appearance: none; flex: 1; min-width: 64px; height: 4px; border: 0; background: var(--line); }
::-webkit-progress-bar { background: var(--line); }
::-webkit-progress-value { background: var(--phase); }
::-moz-progress-bar { background: var(--phase); }
.trail { list-style: none; border-top: 1px solid var(--line); }
.trail li { max-width: none; border-bottom: 1px solid var(--line); }
.trail summary { display: grid; grid-template-columns: 6rem 13rem minmax(0, 1fr) auto; gap: 4px 12px; align-items: baseline; padding: 8px 4px; cursor: pointer; transition: background 120ms; }
.trail summary:hover { background: var(--sunken); }
.trail details > :not(summary) { padding: 4px 4px 16px; }
.what { font-weight: 600; }
.facts { display: grid; gap: 8px; }
.facts div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 4px 16px; }
dt { color: var(--muted); }
table { width: 100%; border-collapse: collapse; text-align: left; }
th { position: sticky; top: 0; background: var(--surface); color: var(--muted); }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.stack { display: grid; gap: 16px; }
button, .button { display: inline-flex; gap: 12px; align-items: center; justify-content: center; min-height: 44px; padding: 8px 16px; border: 1px solid var(--edge); border-radius: 8px; background: var(--surface); color: var(--text); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; transition: background 120ms; }
button:hover, .button:hover { background: var(--sunken); border-color: var(--text); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.primary:hover { background: color-mix(in oklab, var(--accent), var(--text) 20%); }
.danger { border-color: currentColor; color: var(--reauthorize); }
.quiet { border-color: transparent; background: none; color: var(--accent); text-decoration: underline; }
.row { justify-content: start; text-align: left; }
.notice { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: center; justify-content: space-between; padding: 12px 16px; border: 1px solid var(--line); border-left: 4px solid var(--kind, var(--refreshing)); border-radius: 8px; background: var(--surface); }
.notice[data-kind="warning"] { --kind: var(--backoff); }
.notice[data-kind="failure"] { --kind: var(--reauthorize); }
.notice strong { color: var(--kind, var(--refreshing)); }
.empty { padding: 40px 16px; border: 1px dashed var(--edge); border-radius: 8px; color: var(--muted); text-align: center; }
.empty p { margin: 0 auto; }
.field { display: grid; gap: 4px; }
legend, .field label { padding: 0; font-weight: 600; }
input, select, textarea { min-height: 44px; max-width: 100%; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--surface); color: inherit; font: inherit; }
[type="radio"], [type="checkbox"] { flex: none; width: 20px; min-height: 20px; margin: 0; accent-color: var(--accent); }
.choice { display: flex; gap: 12px; align-items: center; min-height: 44px; padding: 8px 0; cursor: pointer; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 24px; }
.panel { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; align-content: start; padding: 24px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.full { grid-column: 1 / -1; }
.cover { display: inline-grid; flex: none; place-items: center; width: 40px; height: 40px; border-radius: 8px; background: linear-gradient(135deg, oklch(45% 0.13 var(--hue, 295)), oklch(25% 0.09 var(--hue, 295))); color: #fff; font-weight: 700; }
.cover[data-cover="1"] { --hue: 45; }
.cover[data-cover="2"] { --hue: 255; }
.cover[data-cover="3"] { --hue: 355; }
.cover[data-cover="4"] { --hue: 100; }
.cover[data-cover="5"] { --hue: 200; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 640px) {
  .grid { grid-template-columns: minmax(0, 1fr); gap: 16px; }
  .panel { padding: 16px; }
  .trail summary { grid-template-columns: auto minmax(0, 1fr) auto; }
  .trail .why { grid-column: 1 / -1; grid-row: 2; }
  .table thead { position: absolute; clip-path: inset(50%); }
  .table :is(table, tbody, tr, td) { display: block; }
  .table tr { padding: 12px 0; border-bottom: 1px solid var(--line); }
  .table td { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 12px; padding: 4px 0; border: 0; }
  .table td::before { content: attr(data-label); color: var(--muted); }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
