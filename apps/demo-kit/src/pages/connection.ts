import type { GrantStatus } from "@refrain/core";
import { html, type Html } from "../html.js";
import { meanings, tokenLifetimeMs } from "../phases.js";
import { consentEnd } from "./consent-end.js";
import { countdown } from "./countdown.js";

export type Connection = Pick<GrantStatus, "phase" | "scopes" | "expiresAt" | "reauthorizeBy">;

/** How the connection with Spotify stands: the phase, the token's life, the consent's. `null` = the session was ended elsewhere. */
export function connection(status: Connection | null, now: number): Html {
  if (status === null || status.phase === "signedOut")
    return html`<p>${phasePill("signedOut")} You have signed out in another window. <a href="/">Reload</a></p>`;
  const { phase, expiresAt, reauthorizeBy, scopes } = status;
  return html`<dl class="facts">
    <div>
      <dt>Phase</dt>
      <dd>${phasePill(phase)} <span class="muted">${meanings[phase]}</span></dd>
    </div>
    <div>
      <dt>Access token</dt>
      <dd>${countdown("Life left in the access token", expiresAt - now, tokenLifetimeMs, phase)}</dd>
    </div>
    <div>
      <dt>Consent</dt>
      <dd>${phase === "reauthorize" ? "over" : consentEnd(reauthorizeBy, now)}</dd>
    </div>
    <div>
      <dt>Allowed</dt>
      <dd>${scopes.length === 0 ? "only what is public" : html`<code>${scopes.join(" ")}</code>`}</dd>
    </div>
  </dl>`;
}

function phasePill(phase: GrantStatus["phase"]): Html {
  return phase === "signedOut"
    ? html`<span class="pill" data-phase="signed-out">signed out</span>`
    : html`<span class="pill" data-phase="${phase}">${phase}</span>`;
}
