import type { SpotifyAuthError } from "@refrain/core";
import { html, type Html } from "../html.js";
import { noticeOf } from "../notice-words.js";

/** Stands in a section's place when its call to Spotify failed: one sentence, one way on. */
export function notice(error: SpotifyAuthError): Html {
  const { kind, sentence, href, action } = noticeOf(error);
  return html`<div class="notice" data-kind="${kind}">
    <p>${sentence}</p>
    <a class="button" href="${href}">${action}</a>
  </div>`;
}
