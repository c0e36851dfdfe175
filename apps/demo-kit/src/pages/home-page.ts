import { html, type Html } from "../html.js";
import { layout } from "../layout.js";
import type { Listening } from "../listening.js";
import { connection, type Connection } from "./connection.js";
import { consentControls, controls } from "./controls-panel.js";
import { nowPlaying, topTracks } from "./music-panels.js";
import { section } from "./section.js";
import type { Step } from "../trail/trail.js";
import { trailList } from "../trail/trail-list.js";

export interface Home {
  /** Spotify's id of the user, for when the name cannot be had. */
  readonly spotifyId: string;
  readonly status: Connection;
  readonly listening: Listening;
  readonly steps: readonly Step[];
  /** Unix ms. */
  readonly now: number;
  /** What the local Spotify can be made to do; `null` before the real one. */
  readonly emulator: { readonly tokenEndpointDown: boolean } | null;
  /** @defaultValue whether there is `emulator` */
  readonly emulated?: boolean;
  /** What happens here without the user. @defaultValue nothing */
  readonly away?: Html;
}

/** The page of someone who is signed in. */
export function homePage({ spotifyId, status, listening, steps, now, emulator, emulated = emulator !== null, away }: Home): string {
  const name = "value" in listening.name ? listening.name.value : spotifyId;
  const body = html`
    <h1>Signed in as ${name}</h1>
    <div class="grid">
      <div class="panel">
        ${section("Playing now", nowPlaying(listening.playing, !emulated))} ${section("Your top tracks", topTracks(listening.top, !emulated))}
        <p><a href="/recent">What you played recently</a><br /><span class="muted">Needs a permission of its own, which is asked for there.</span></p>
        ${away === undefined ? null : section("While you are away", away)}
      </div>
      <div class="panel">
        ${section("Connection", html`<div id="connection">${connection(status, now)}</div>`)}
        ${emulator === null ? null : section("Try it", tryIt(emulator.tokenEndpointDown))}
      </div>
      <div class="panel full">${section("Trail", trailList(steps))}</div>
    </div>
  `;
  return layout({ title: "Home", body, who: name, emulated, dashboard: true, here: "/" });
}

function tryIt(tokenEndpointDown: boolean): Html {
  return html`${controls(tokenEndpointDown)} ${consentControls()}`;
}
