import { html, type Html } from "../html.js";

/** What was heard at one look. */
export interface Look {
  /** Unix ms. */
  readonly at: number;
  readonly heard: string;
}

/** What was heard on a user's account, whether or not its owner was there. @param when In a sentence. @param action Where the button leads that looks at once. */
export function awayPanel(looks: readonly Look[], when: string, action: string): Html {
  return html`<p>${when}</p>
    ${looks.length === 0 ? html`<p class="empty">It has not looked yet. Press the button, or come back in a minute.</p>` : html`<dl class="facts">${looks.map(row)}</dl>`}
    <form method="post" action="${action}"><button>Look now</button></form>`;
}

function row({ at, heard }: Look): Html {
  const time = new Date(at);
  return html`<div>
    <dt><time datetime="${time.toISOString()}">${time.toLocaleTimeString("en-GB")}</time></dt>
    <dd>${heard}</dd>
  </div>`;
}
