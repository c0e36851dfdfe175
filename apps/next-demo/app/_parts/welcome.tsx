import type { ReactNode } from "react";
import { emulator } from "../../lib/spotify";
import { Frame } from "./frame";

/** The page of nobody: what this is, and the way in. */
export function Welcome(): ReactNode {
  return (
    <Frame who={null} here="/">
      <h1>Sign in once, stay signed in</h1>
      <p className="lead">
        Refrain signs you in with Spotify and keeps a usable access token for as long as Spotify allows. These pages show it in the App Router of Next.js.
      </p>
      <a className="button primary" href="/auth/spotify/login?returnTo=/">
        Sign in with Spotify
      </a>
      {emulator === null ? null : (
        <p className="muted">Spotify is played by an emulator on this machine. You choose one of three invented people; nothing leaves your computer.</p>
      )}
      <div className="panel">
        <section aria-labelledby="what">
          <h2 id="what">What it asks for</h2>
          <dl className="facts">
            <div>
              <dt>Playing now</dt>
              <dd>
                <code>user-read-currently-playing</code>
              </dd>
            </div>
            <div>
              <dt>Your top tracks</dt>
              <dd>
                <code>user-top-read</code>
              </dd>
            </div>
          </dl>
          <p>
            Making a playlist needs one more permission, which is asked for when you make one. Your tokens stay on the server, sealed; this browser gets a
            cookie and nothing else.
          </p>
        </section>
      </div>
    </Frame>
  );
}
