import type { Metadata } from "next";
import type { ReactNode } from "react";
import { nameOf } from "../../lib/name-of";
import { emulator, spotify } from "../../lib/spotify";
import { Frame } from "../_parts/frame";
import { Section } from "../_parts/section";
import { Live } from "./live";

export const metadata: Metadata = { title: "Live" };

/** Around what the browser does by itself. Open to everybody. */
export default async function LivePage(): Promise<ReactNode> {
  const signedIn = (await spotify.getSpotify()) !== null;
  const who = signedIn ? await nameOf(await spotify.getSpotify({ required: true, returnTo: "/live" })) : null;
  return (
    <Frame who={who} here="/live">
      <h1>Live</h1>
      <p className="lead">This page asks Spotify what plays by itself, through this app: the browser holds no token.</p>
      <div className="panel column">
        <Section title="Playing now">
          <Live linked={emulator === null} />
        </Section>
      </div>
    </Frame>
  );
}
