import { html, type Html } from "../html.js";

/** What the local Spotify can be made to do. Plain forms. */
export function controls(tokenEndpointDown: boolean): Html {
  return html`<p>These buttons change the local Spotify, and the clock that it shares with this app. Press one and see what follows.</p>
    <h3>The access token, good for an hour</h3>
    <div class="controls">
      ${control("age", "Let it age", "Two minutes before expiry: the page comes at once, a refresh runs behind it.")}
      ${control("expire", "Let it expire", "The next request fetches a new token first.")}
      ${tokenEndpointDown ? control("mend", "Mend the token endpoint", "It answers 503 right now.") : control("break", "Break the token endpoint", "It answers 503 until mended. A living token is served on.")}
    </div>`;
}

/** What it can be made to do about the consent: for an app whose own sessions last longer than that. */
export function consentControls(): Html {
  return html`<h3>The consent, good for six months</h3>
    <div class="controls">
      ${control("five-days", "Five days before the consent ends", "The next page renews it: one redirect to Spotify and back, no click.")}
      ${control("six-months", "Let six months pass", "Spotify refuses the refresh token. The next page asks for a new consent and comes back.")}
      ${control("withdraw", "Take a permission back", "The app may no longer see what plays. The rest goes on.")}
    </div>`;
}

function control(action: string, label: string, hint: string): Html {
  return html`<form method="post" action="/demo/${action}"><button aria-describedby="${action}-hint">${label}</button></form>
    <p class="hint" id="${action}-hint">${hint}</p>`;
}
