import { html, type Html } from "../html.js";
import type { Part } from "../listening.js";
import type { Played, Playing, Track } from "../music.js";
import { countdown } from "./countdown.js";
import { moment } from "./moment.js";
import { notice } from "./notice.js";

export function nowPlaying(part: Part<Playing | null>, linked: boolean): Html {
  if ("error" in part) return notice(part.error);
  if (part.value === null) return html`<p class="empty">Nothing is playing. Start something on one of your devices and reload.</p>`;
  const { track, playing, progressMs, durationMs } = part.value;
  const left = playing ? countdown("Left of this track", durationMs - progressMs, durationMs) : html`<p class="muted">Paused.</p>`;
  return html`<div class="track playing">${coverAndWords(track, 0, linked)}</div>
    ${left}`;
}

export function topTracks(part: Part<readonly Track[]>, linked: boolean): Html {
  if ("error" in part) return notice(part.error);
  if (part.value.length === 0) return html`<p class="empty">Spotify knows of no favourites yet. Listen to something and come back in a few days.</p>`;
  return html`<ol class="tracks">
    ${part.value.map((track, index) => html`<li class="track">${coverAndWords(track, index, linked)}</li>`)}
  </ol>`;
}

export function playedTracks(played: readonly Played[], linked: boolean): Html {
  if (played.length === 0) return html`<p class="empty">Spotify remembers nothing yet. Listen to something for half a minute and reload.</p>`;
  return html`<ol class="tracks">
    ${played.map(({ track, at }, index) => html`<li class="track">${coverAndWords(track, index, linked)} ${at === null ? null : moment(at)}</li>`)}
  </ol>`;
}

/** The cover is drawn, not fetched: this page loads nothing from elsewhere. Links only where they lead somewhere: an emulator invents its tracks. */
function coverAndWords({ title, by, from, link }: Track, index: number, linked: boolean): Html {
  const name = html`<strong>${title}</strong>`;
  const credits = [by, from].filter((words) => words !== "").join(" · ");
  return html`<span class="cover" data-cover="${index % 6}" aria-hidden="true">${String.fromCodePoint(title.codePointAt(0) ?? 0x20)}</span>
    <p>${link === null || !linked ? name : html`<a href="${link}">${name}</a>`}<br /><span class="muted">${credits}</span></p>`;
}
