import { html, type Html } from "../html.js";
import { consentMs } from "../phases.js";
import { countdown } from "./countdown.js";
import { day } from "./moment.js";

/** How much of the six months is left, and the day on which they are over. */
export function consentEnd(reauthorizeBy: number, now: number): Html {
  return html`${countdown("Time left until consent ends", reauthorizeBy - now, consentMs)}
    <p class="small muted">${reauthorizeBy > now ? "Spotify ends it on" : "Spotify ended it on"} ${day(reauthorizeBy)}.</p>`;
}
