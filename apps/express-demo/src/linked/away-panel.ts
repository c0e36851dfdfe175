import { html, type Html } from "demo-kit/html";
import type { Look } from "./away.js";

/** What was heard on the linked account, whether or not its owner was there. */
export function awayPanel(looks: readonly Look[]): Html {
  return html`<p>Every minute this app looks what plays, also when nobody is signed in.</p>
    ${looks.length === 0 ? html`<p class="empty">It has not looked yet. Press the button, or come back in a minute.</p>` : html`<dl class="facts">${looks.map(row)}</dl>`}
    <form method="post" action="/look"><button>Look now</button></form>`;
}

function row({ at, heard }: Look): Html {
  const time = new Date(at);
  return html`<div>
    <dt><time datetime="${time.toISOString()}">${time.toLocaleTimeString("en-GB")}</time></dt>
    <dd>${heard}</dd>
  </div>`;
}
