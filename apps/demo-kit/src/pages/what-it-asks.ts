import { html, type Html } from "../html.js";
import { section } from "./section.js";

/** Which permissions Spotify will show, before it shows them. */
export function whatItAsks(): Html {
  return section(
    "What it asks for",
    html`<dl class="facts">
        <div>
          <dt>Playing now</dt>
          <dd><code>user-read-currently-playing</code></dd>
        </div>
        <div>
          <dt>Your top tracks</dt>
          <dd><code>user-top-read</code></dd>
        </div>
      </dl>
      <p>It changes nothing in your account. Your tokens stay on the server, sealed; this browser gets a cookie and nothing else.</p>`,
  );
}
