import { html } from "../html.js";
import { layout } from "../layout.js";
import type { Played } from "../music.js";
import { playedTracks } from "./music-panels.js";
import { section } from "./section.js";

/** What the user played, newest first, and how this page came to be allowed to know. */
export function recentPage(who: string, played: readonly Played[], emulated: boolean): string {
  const body = html`
    <h1>What you played recently</h1>
    <div class="grid">
      <div class="panel">${section("Tracks", playedTracks(played, !emulated))}</div>
      <div class="panel">
        ${section(
          "One permission more",
          html`<p>
              Signing in does not ask for <code>user-read-recently-played</code>: most pages need no such thing. Whoever opens this one is asked by Spotify,
              once, and comes back to it.
            </p>
            <p>Saying no costs nothing: you stay signed in, and this page stays closed.</p>`,
        )}
      </div>
    </div>
  `;
  return layout({ title: "Recently played", body, who, emulated, dashboard: true, here: "/recent" });
}
