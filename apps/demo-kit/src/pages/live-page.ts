import { html, type Html } from "../html.js";
import { layout } from "../layout.js";
import type { Playing } from "../music.js";
import { section } from "./section.js";

/** What plays, as it was when the page was made. Where there is JavaScript, its script keeps it up to date from there. @param how By what way. */
export function livePage(who: string, playing: Playing | null, how: Html, emulated: boolean): string {
  const body = html`
    <h1>Playing live</h1>
    <div class="grid">
      <div class="panel">${section("Now", html`${silence(playing === null)} ${song(playing)} ${news}`)}</div>
      <div class="panel">${section("No token in this browser", how)}</div>
    </div>
  `;
  return layout({ title: "Live", body, who, emulated, dashboard: true, here: "/live", script: "/now-playing.js" });
}

const news = html`<div class="notice" id="news" data-kind="info" role="status">
  <p>So it was when this page was made.</p>
  <a class="button" href="/live">Reload</a>
</div>`;

function silence(silent: boolean): Html {
  return html`<p class="empty" id="silence" ${silent ? null : hidden}>Nothing is playing. Start something on one of your devices.</p>`;
}

/** Stands there even while nothing plays, for the script to fill. */
function song(playing: Playing | null): Html {
  const { track, progressMs, durationMs } = playing ?? { track: { title: "", by: "" }, progressMs: 0, durationMs: 0 };
  return html`<div id="song" ${playing === null ? hidden : null}>
    <div class="track playing">
      <span class="cover" id="cover" data-cover="0" aria-hidden="true">${String.fromCodePoint(track.title.codePointAt(0) ?? 0x20)}</span>
      <p aria-live="polite"><strong id="title">${track.title}</strong><br /><span class="muted" id="by">${track.by}</span></p>
    </div>
    <p class="countdown">
      <progress id="progress" max="${Math.max(1, durationMs)}" value="${progressMs}" aria-label="Played of this track"></progress>
      <span id="time">${playing?.playing === false ? "paused at " : ""}${clockTime(progressMs)} of ${clockTime(durationMs)}</span>
    </p>
  </div>`;
}

const hidden = html`hidden`;

function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
