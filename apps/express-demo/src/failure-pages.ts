import type { TemporarilyUnavailable } from "@refrain/core";
import { duration } from "./duration.js";
import { html, type Html } from "./html.js";
import { layout } from "./layout.js";

/** Spotify or the store is down. `mendable`: the demo's own button did it. */
export function unavailablePage(error: TemporarilyUnavailable, reference: string, emulated: boolean, mendable: boolean): string {
  const what = error.reason === "spotify" ? "Spotify cannot be reached right now" : "Your session cannot be looked up right now";
  const wait = duration(Math.max(1000, error.retryAfterMs ?? 1000));
  return failurePage({
    what,
    meaning: html`You are still signed in, and nothing was lost.`,
    remedy: mendable
      ? html`The token endpoint was broken with the button on the last page. Mend it, then try again in ${wait}.`
      : html`Try again in ${wait}: it recovers by itself.`,
    button: mendable
      ? html`<form method="post" action="/demo/mend"><button class="primary">Mend the token endpoint</button></form>`
      : html`<a class="button primary" href="/">Try again</a>`,
    reference,
    emulated,
  });
}

export function brokenPage(reference: string, emulated: boolean): string {
  return failurePage({
    what: "Something went wrong here",
    meaning: html`It is not your doing, and nothing was lost.`,
    remedy: html`Go back to the first page. If it happens again, tell whoever runs this and give the reference.`,
    button: home,
    reference,
    emulated,
  });
}

export function notFoundPage(emulated: boolean): string {
  return failurePage({
    what: "There is no such page",
    meaning: html`The address may be mistyped. If you were signed in, you still are.`,
    remedy: html`Go back to the first page.`,
    button: home,
    emulated,
  });
}

const home = html`<a class="button primary" href="/">To the first page</a>`;

export interface Failure {
  readonly what: string;
  readonly meaning: Html;
  readonly remedy: Html;
  readonly button: Html;
  readonly reference?: string;
  readonly emulated: boolean;
}

/** A page that says one thing: what happened, what it means, what to do, and one button. */
export function failurePage({ what, meaning, remedy, button, reference, emulated }: Failure): string {
  const body = html`
    <h1>${what}</h1>
    <p class="lead">${meaning}</p>
    <p>${remedy}</p>
    ${button} ${reference === undefined ? null : html`<p class="small muted">Reference: <code>${reference}</code></p>`}
  `;
  return layout({ title: what, body, who: null, emulated });
}
