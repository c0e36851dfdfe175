import { html, type Html } from "demo-kit/html";
import { playingScript } from "demo-kit/pages/playing-script";

/**
 * Asks every two seconds what plays, through the app. An outage is waited out for as long as `Retry-After` says; who is signed out or took the permission back is told,
 * and nothing more is asked.
 */
export const nowPlayingScript: string = playingScript(`const everyMs = 2000;

async function look() {
  const waitMs = await ask().catch(() => {
    outage(false);
    return everyMs;
  });
  if (waitMs !== null) setTimeout(look, waitMs);
}

/** Resolves to how long to wait before the next time, null for no more. */
async function ask() {
  const response = await fetch("/auth/spotify/api/v1/me/player/currently-playing", {
    headers: { "X-Refrain": "1", Accept: "application/json" },
    cache: "no-store",
    signal: AbortSignal.timeout(15000),
  });
  if (response.ok) {
    show(response.status === 204 ? null : await response.json());
    return everyMs;
  }
  const { code } = await response.json().catch(() => ({}));
  if (end(code)) return null;
  outage(response.status === 429);
  return Math.max(everyMs, Number(response.headers.get("retry-after")) * 1000 || 0);
}

look();
`);

/** The same in words, for the page. */
export const polling: Html = html`<p>
    A script of this page asks <code>/auth/spotify/api/v1/me/player/currently-playing</code> every two seconds. The app adds the access token and asks Spotify;
    the token stays on the server. Look into your browser's developer tools: there is none to be found.
  </p>
  <p>The app lets this one call through and no other. The script must send a header that pages of other sites cannot send.</p>`;
