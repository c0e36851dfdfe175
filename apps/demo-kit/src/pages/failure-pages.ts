import type { TemporarilyUnavailable } from "@refrain/core";
import { duration } from "../duration.js";
import { failurePage } from "../failure-page.js";
import { broken, notFound, outage } from "../failure-words.js";
import { html } from "../html.js";

/** Spotify or the store is down. `mendable`: the demo's own button did it. */
export function unavailablePage(error: TemporarilyUnavailable, reference: string, emulated: boolean, mendable: boolean): string {
  const words = outage(error);
  if (!mendable) return failurePage({ ...words, button: again, reference, emulated });
  const wait = duration(Math.max(1000, error.retryAfterMs ?? 1000));
  const remedy = `The token endpoint was broken with the button on the last page. Mend it, then try again in ${wait}.`;
  return failurePage({ ...words, remedy, button: mend, reference, emulated });
}

export function brokenPage(reference: string, emulated: boolean): string {
  return failurePage({ ...broken, button: home, reference, emulated });
}

export function notFoundPage(emulated: boolean): string {
  return failurePage({ ...notFound, button: home, emulated });
}

const again = html`<a class="button primary" href="/">Try again</a>`;
const mend = html`<form method="post" action="/demo/mend"><button class="primary">Mend the token endpoint</button></form>`;
const home = html`<a class="button primary" href="/">To the first page</a>`;
