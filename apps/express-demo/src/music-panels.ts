import { countdown } from "./countdown.js";
import { html, type Html } from "./html.js";
import type { Part } from "./listening.js";
import type { Playing, Track } from "./music.js";
import { notice } from "./notice.js";

export function nowPlaying(part: Part<Playing | null>): Html {
  if ("error" in part) return notice(part.error);
  if (part.value === null) return html`<p class="empty">Nothing is playing. Start something on one of your devices and reload.</p>`;
  const { track, playing, progressMs, durationMs } = part.value;
  return html`${row(track, 0)} ${playing ? countdown("Left of this track", "active", durationMs - progressMs, durationMs) : html`<p class="muted">Paused.</p>`}`;
}

export function topTracks(part: Part<readonly Track[]>): Html {
  if ("error" in part) return notice(part.error);
  if (part.value.length === 0) return html`<p class="empty">Spotify knows no favourites of yet. Listen to something and come back in a few days.</p>`;
  return html`<ol class="rows">
    ${part.value.map((track, index) => html`<li>${row(track, index)}</li>`)}
  </ol>`;
}

/** The cover is drawn, not fetched: this page loads nothing from elsewhere. */
function row({ title, by, from, link }: Track, index: number): Html {
  return html`<div class="row">
    <span class="cover" data-cover="${index % 6}" aria-hidden="true">${[...title][0] ?? ""}</span>
    <p>
      ${link === null ? html`<strong>${title}</strong>` : html`<a href="${link}"><strong>${title}</strong></a>`}<br /><span class="muted">${[by, from].filter((words) => words !== "").join(" · ")}</span>
    </p>
  </div>`;
}
