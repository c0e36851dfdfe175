import type { SessionInfo, SpotifySession } from "@refrain/core";
import { html, type Html } from "../html.js";
import { layout } from "../layout.js";
import { consentEnd } from "./consent-end.js";
import { permissionList } from "./permissions.js";
import { section } from "./section.js";
import { sessionTable } from "./session-table.js";

export interface Account {
  readonly who: string;
  readonly session: SpotifySession;
  readonly sessions: readonly SessionInfo[];
  /** Unix ms. */
  readonly now: number;
  readonly emulated: boolean;
  /** Where the button leads that disconnects. @defaultValue `/auth/spotify/disconnect` */
  readonly disconnectAt?: string;
}

/** What is kept of the user here, for how long, and every way to end it. */
export function accountPage({ who, session, sessions, now, emulated, disconnectAt = "/auth/spotify/disconnect" }: Account): string {
  const body = html`
    <h1>Your account</h1>
    <div class="grid">
      <div class="panel full">
        ${section("Where you are signed in", html`${sessionTable(sessions, session.id)} ${emulated ? html`<p class="small muted">${unusual}</p>` : null}`)}
      </div>
      <div class="panel">${section("Consent", consent(session, now))}</div>
      <div class="panel">${section("Permissions", permissionList(session.scopes))}</div>
      <div class="panel full">${section("Disconnect", disconnect(disconnectAt))}</div>
    </div>
  `;
  return layout({ title: "Account", body, who, emulated, dashboard: true, here: "/account" });
}

const unusual = "Sessions last 400 days here, so that half a year can pass within one at the press of a button; the usual is 30.";

function consent({ reauthorizeBy, phase, renewUrl }: SpotifySession, now: number): Html {
  return html`<div>${consentEnd(reauthorizeBy, now)}</div>
    ${phase === "reauthorize" ? html`<p>Spotify takes no refresh token of it any more. You are still signed in here.</p>` : null}
    <p>
      Spotify ends every consent after six months, however often its tokens were refreshed. Then you are asked again, and come back to the page you were on.
    </p>
    ${
      renewUrl === null
        ? html`<p class="muted">In its last 30 days you can renew it here; in the last week the next page does so by itself.</p>`
        : html`<a class="button primary" href="${backHere(renewUrl)}">Renew now</a>`
    }`;
}

function backHere(renewUrl: string): string {
  const url = new URL(renewUrl);
  url.searchParams.set("returnTo", "/account");
  return url.href;
}

function disconnect(at: string): Html {
  return html`<p>
      Erases all that is kept of your Spotify account here: tokens, permissions, every session. It cannot be undone, and signing in again starts afresh. Spotify
      lists this app until you remove it on <a href="https://www.spotify.com/account/apps/">its own page</a>.
    </p>
    <form method="post" action="${at}"><button class="danger">Disconnect Spotify</button></form>`;
}
