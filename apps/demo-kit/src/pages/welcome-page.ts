import { html } from "../html.js";
import { layout } from "../layout.js";
import { whatItAsks } from "./what-it-asks.js";

/** The page of nobody: what this is, and the way in. @param returnTo Where that leads. */
export function welcomePage(emulated: boolean, returnTo = "/"): string {
  const body = html`
    <h1>Sign in once, stay signed in</h1>
    <p class="lead">Refrain signs you in with Spotify and keeps a usable access token for as long as Spotify allows. This page shows it at work.</p>
    <a class="button primary" href="${`/auth/spotify/login?returnTo=${encodeURIComponent(returnTo).replaceAll("%2F", "/")}`}">Sign in with Spotify</a>
    ${emulated ? html`<p class="muted">Spotify is played by an emulator on this machine. You choose one of three invented people; nothing leaves your computer.</p>` : null}
    <div class="panel">${whatItAsks()}</div>
  `;
  return layout({ title: "Sign in", body, who: null, emulated });
}
