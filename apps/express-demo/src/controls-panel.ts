import { html, type Html } from "./html.js";

/** What the local Spotify can be made to do. Plain forms. */
export function controls(tokenEndpointDown: boolean): Html {
  return html`
    <p>These buttons change the local Spotify, and the clock that it shares with this app. Press one, then watch the trail.</p>
    ${control("age", "Let it age", "To two minutes before expiry: the page comes at once, and a refresh runs behind it.")}
    ${control("expire", "Let it expire", "Past expiry: the next request fetches a new token first.")}
    ${tokenEndpointDown ? control("mend", "Mend the token endpoint", "It answers 503 to everybody right now.") : control("break", "Break the token endpoint", "It answers 503 until it is mended. A living token is served on.")}
  `;
}

function control(action: string, label: string, hint: string): Html {
  return html`<form class="field" method="post" action="/demo/${action}">
    <div class="actions"><button aria-describedby="${action}-hint">${label}</button></div>
    <p class="hint" id="${action}-hint">${hint}</p>
  </form>`;
}
