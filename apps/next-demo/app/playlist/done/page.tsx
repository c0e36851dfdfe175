import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { nameOf } from "../../../lib/name-of";
import { spotify } from "../../../lib/spotify";
import { Frame } from "../../_parts/frame";

export const metadata: Metadata = { title: "Playlist created" };

/** A page of its own: reloading it, or coming back to it, creates nothing. */
export default async function PlaylistDonePage(): Promise<ReactNode> {
  const session = await spotify.getSpotify({ required: true, returnTo: "/playlist" });
  return (
    <Frame who={await nameOf(session)} here="/playlist">
      <h1>The playlist is created</h1>
      <p className="lead">It is private and empty. You find it in your library.</p>
      <Link className="button primary" href="/playlist">
        Create another one
      </Link>
    </Frame>
  );
}
