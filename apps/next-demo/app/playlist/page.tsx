import type { Metadata } from "next";
import type { ReactNode } from "react";
import { nameOf } from "../../lib/name-of";
import { spotify } from "../../lib/spotify";
import { Frame } from "../_parts/frame";
import { PlaylistForm } from "./playlist-form";

export const metadata: Metadata = { title: "New playlist" };

interface PlaylistPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

/** For those who are signed in. Making a playlist needs a permission more, which the action asks for. */
export default async function PlaylistPage({ searchParams }: PlaylistPageProps): Promise<ReactNode> {
  const session = await spotify.getSpotify({ required: true });
  const [who, { name }] = await Promise.all([nameOf(session), searchParams]);
  const allowed = session.scopes.includes("playlist-modify-private");
  const wanted = typeof name === "string" ? name.slice(0, 100) : "";
  return (
    <Frame who={who} here="/playlist">
      <h1>New playlist</h1>
      {allowed ? (
        <p className="lead">You have allowed this app to make private playlists.</p>
      ) : (
        <p className="lead">The first time, Spotify asks whether this app may make private playlists. Then you are back here.</p>
      )}
      <div className="panel column">
        <PlaylistForm name={wanted} />
      </div>
    </Frame>
  );
}
