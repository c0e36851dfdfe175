import type { FailureWords } from "./failure-words.js";
import { html, type Html } from "./html.js";
import { layout } from "./layout.js";

export interface Failure extends FailureWords {
  readonly button: Html;
  /** By which whoever saw the page can ask about it. */
  readonly reference?: string;
  /** The page stands before a local emulator. */
  readonly emulated: boolean;
}

/** A whole page about something that failed. */
export function failurePage({ what, means, remedy, button, reference, emulated }: Failure): string {
  const body = html`
    <h1>${what}</h1>
    <p class="lead">${means}</p>
    <p>${remedy}</p>
    ${button} ${reference === undefined ? null : html`<p class="small muted">Reference: <code>${reference}</code></p>`}
  `;
  return layout({ title: what, body, who: null, emulated });
}
