import { html } from "./html.js";
import { layout } from "./layout.js";

/** The page of nobody: what this is, and the way in. */
export function welcomePage(emulated: boolean): string {
  const body = html`
    <h1>Sign in once, stay signed in</h1>
    <p class="lead">Refrain signs you in with Spotify and keeps a usable access token for as long as Spotify allows. This page shows it at work.</p>
    <a class="button primary" href="/auth/spotify/login?returnTo=/">Sign in with Spotify</a>
    ${emulated ? html`<p class="muted">Spotify is played by an emulator on this machine. You choose one of three invented people; nothing leaves your computer.</p>` : null}
    <div class="panel">
      <section aria-labelledby="what">
        <h2 id="what">What it asks for</h2>
        <dl class="facts">
          <div>
            <dt>Playing now</dt>
            <dd><code>user-read-currently-playing</code></dd>
          </div>
          <div>
            <dt>Your top tracks</dt>
            <dd><code>user-top-read</code></dd>
          </div>
        </dl>
        <p>It changes nothing in your account. Your tokens stay on the server, sealed; this browser gets a cookie and nothing else.</p>
      </section>
    </div>
  `;
  return layout({ title: "Sign in", body, who: null, emulated });
}
