/**
 * What only this page has, after the shared stylesheet and in its colours and sizes.
 *
 * .panel > section            several subjects in one panel
 * ol.tracks > li.track        a cover, then title and artist; .track.playing larger
 * .controls > form + .hint    a button and what it does
 */
export const demoStyle: string = `
.header .actions { align-items: center; gap: 8px 16px; }
.panel { gap: 40px; }
.entry { gap: 24px; max-width: 28rem; }
.panel > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.tracks { display: grid; gap: 16px; list-style: none; }
.track { display: flex; gap: 16px; align-items: center; }
.track p { min-width: 0; line-height: 1.4; }
.playing .cover { width: 64px; height: 64px; font-size: 1.5625rem; }
.controls { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 8px 16px; align-items: center; }
.controls button { width: 100%; }
@media (max-width: 640px) {
  .panel { gap: 24px; }
  .controls { grid-template-columns: minmax(0, 1fr); }
  .controls .hint { padding-bottom: 8px; }
}
`;
