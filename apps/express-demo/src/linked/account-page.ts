import { html, type Html } from "demo-kit/html";
import { layout } from "demo-kit/layout";
import type { Music } from "demo-kit/listening";
import { awayPanel, type Look } from "demo-kit/pages/away-panel";
import { connection, type Connection } from "demo-kit/pages/connection";
import { controls } from "demo-kit/pages/controls-panel";
import { nowPlaying, topTracks } from "demo-kit/pages/music-panels";
import { section } from "demo-kit/pages/section";
import { whatItAsks } from "demo-kit/pages/what-it-asks";
import type { LocalUser } from "./users.js";

/** What there is to see of a linked Spotify account. */
export interface Link {
  /** Spotify's own id of it, for when the app has noted no name. */
  readonly spotifyId: string;
  readonly status: Connection;
  /** `null` = Spotify wants consent first. */
  readonly music: Music | null;
  /** Where to renew the consent, if it is time or too late; `null` = it is not. */
  readonly renewUrl: string | null;
  readonly looks: readonly Look[];
}

export interface Account {
  readonly user: LocalUser;
  readonly link: Link | null;
  /** Unix ms. */
  readonly now: number;
  /** What the local Spotify can be made to do; `null` before the real one. */
  readonly emulator: { readonly tokenEndpointDown: boolean } | null;
}

/** The page of someone who is signed in to this app, with or without Spotify. */
export function accountPage({ user, link, now, emulator }: Account): string {
  const body = html`
    <h1>Signed in as ${user.name}</h1>
    ${link === null ? unlinked() : linked(user, link, now, emulator)}
  `;
  return layout({ title: "Home", body, who: user.name, signOutAt: "/sign-out", emulated: emulator !== null, dashboard: link !== null });
}

function unlinked(): Html {
  return html`<p class="lead">Spotify is not linked to this account. Link it, and this page shows what plays and what you like.</p>
    <a class="button primary" href="/auth/spotify/login?returnTo=/">Link Spotify</a>
    <div class="panel">${whatItAsks()}</div>`;
}

function linked(user: LocalUser, link: Link, now: number, emulator: Account["emulator"]): Html {
  const { music, status, looks } = link;
  const real = emulator === null;
  return html`<div class="grid">
    <div class="panel">
      ${section("Spotify", account(user, link))} ${section("Connection", html`<div id="connection">${connection(status, now)}</div>`)}
      ${section("While you are away", awayPanel(looks, "Every minute this app looks what plays, also when nobody is signed in.", "/look"))}
    </div>
    <div class="panel">
      ${section("Playing now", music === null ? html`<p class="empty">Spotify asks for your consent first.</p>` : nowPlaying(music.playing, real))}
      ${music === null ? null : section("Your top tracks", topTracks(music.top, real))}
      ${emulator === null ? null : section("Try it", controls(emulator.tokenEndpointDown))}
    </div>
  </div>`;
}

function account({ linked: noted }: LocalUser, { spotifyId, renewUrl }: Link): Html {
  return html`<p>Linked to <strong>${noted?.name ?? spotifyId}</strong> <span class="muted">(${spotifyId})</span>.</p>
    ${renewUrl === null ? null : renewal(renewUrl)}
    <div class="actions">
      <form method="post" action="/auth/spotify/disconnect?returnTo=/"><button class="danger">Unlink</button></form>
      <a class="button" href="/auth/spotify/login?returnTo=/&amp;dialog=true">Link another account</a>
    </div>`;
}

function renewal(url: string): Html {
  return html`<div class="notice" data-kind="warning">
    <p>Spotify asks for your consent again.</p>
    <a class="button" href="${url}">Continue to Spotify</a>
  </div>`;
}
