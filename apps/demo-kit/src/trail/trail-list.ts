import { html, type Html } from "../html.js";
import type { Step } from "./trail.js";

/** The trail, newest first. The live script adds to it. */
export function trailList(steps: readonly Step[]): Html {
  return html`${steps.length > 0 ? null : html`<p id="no-steps" class="empty">Nothing has happened yet. Let the token expire and reload.</p>`}
    <ol class="trail" aria-live="polite" aria-label="What happened, newest first" data-last="${steps[0]?.id ?? 0}">
      ${steps.map(trailStep)}
    </ol>`;
}

export function trailStep({ at, what, why, tookMs, facts }: Step): Html {
  const time = new Date(at);
  return html`<li>
    <details>
      <summary>
        <time datetime="${time.toISOString()}">${time.toLocaleTimeString("en-GB")}</time>
        <span class="what">${what}</span> <span class="why">${why}</span> <span class="took">${tookMs === null ? "" : `${Math.round(tookMs)} ms`}</span>
      </summary>
      <dl class="facts small">
        ${facts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd class="code">${value}</dd>
            </div>`,
        )}
      </dl>
    </details>
  </li>`;
}
