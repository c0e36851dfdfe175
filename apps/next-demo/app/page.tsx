import { readListening } from "demo-kit/listening";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { clock, emulator, spotify } from "../lib/spotify";
import { Connection } from "./_parts/connection";
import { Frame } from "./_parts/frame";
import { Notice } from "./_parts/notice";
import { Section } from "./_parts/section";
import { NowPlaying, TopTracks } from "./_parts/tracks";
import { Welcome } from "./_parts/welcome";

export async function generateMetadata(): Promise<Metadata> {
  const title = (await spotify.getSpotify()) === null ? "Sign in" : "Home";
  // The layout's template is for the folders below it.
  return { title: { absolute: `${title} - Refrain demo` } };
}

/** Open to everybody: who is signed in sees what they listen to and how the connection with Spotify stands. */
export default async function HomePage(): Promise<ReactNode> {
  if ((await spotify.getSpotify()) === null) return <Welcome />;
  const session = await spotify.getSpotify({ required: true, returnTo: "/" });
  const { name, playing, top } = await readListening(session);
  const status = await session.status();
  const who = "value" in name ? name.value : session.user.spotifyId;
  const linked = emulator === null;
  return (
    <Frame who={who} here="/">
      <h1>{`Signed in as ${who}`}</h1>
      <div className="grid">
        <div className="panel">
          <Section title="Playing now">
            {"error" in playing ? <Notice error={playing.error} /> : <NowPlaying playing={playing.value} linked={linked} />}
          </Section>
          <Section title="Your top tracks">{"error" in top ? <Notice error={top.error} /> : <TopTracks tracks={top.value} linked={linked} />}</Section>
        </div>
        <div className="panel">
          <Section title="Connection">
            <Connection status={status} now={clock.now()} />
          </Section>
          {emulator === null ? null : (
            <Section title="Try it">
              <p>
                On the page of the local Spotify you can let an hour pass, break its token endpoint or take back the consent. This app lives by the same clock:
                come back and reload.
              </p>
              <div className="actions">
                <a className="button" href={emulator} target="_blank" rel="noreferrer">
                  Open the local Spotify
                </a>
              </div>
            </Section>
          )}
        </div>
      </div>
    </Frame>
  );
}
