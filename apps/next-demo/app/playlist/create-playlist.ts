"use server";
import { noticeOf } from "demo-kit/notice-words";
import { spotifyError } from "demo-kit/spotify-error";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { spotify } from "../../lib/spotify";

/** What the form shows after it was sent and the page stayed. */
export interface Outcome {
  /** What stands in the way, in a sentence; null = nothing. */
  readonly problem: string | null;
  /** Where the browser goes to consent; null = need not. */
  readonly signInUrl: string | null;
}

/** Makes a private playlist. Who has not allowed that yet is asked by Spotify first, and comes back with the name filled in. */
export async function createPlaylist(_before: Outcome, form: FormData): Promise<Outcome> {
  const given = form.get("name");
  const name = typeof given === "string" ? given.trim().slice(0, 100) : "";
  if (name === "") return { problem: "Give the playlist a name first.", signInUrl: null };

  const returnTo = `/playlist?${new URLSearchParams({ name }).toString()}`;
  const made = await make(name, returnTo).catch(explain);
  if ("id" in made) redirect("/playlist/done");
  // A script goes there by itself. A form that was sent without one can follow only a redirect.
  if (made.signInUrl !== null && !(await sentByScript())) redirect(made.signInUrl);
  return made;
}

async function make(name: string, returnTo: string): Promise<{ readonly id: string } | Outcome> {
  const { spotify: session, signInUrl } = await spotify.getSpotify({ required: true, inAction: true, scopes: ["playlist-modify-private"], returnTo });
  if (session === null) return { problem: null, signInUrl };
  const body = JSON.stringify({ name, public: false, description: "Made by the Refrain demo." });
  return session.json<{ readonly id: string }>("/v1/me/playlists", { method: "POST", headers: { "content-type": "application/json" }, body });
}

function explain(thrown: unknown): Outcome {
  const error = spotifyError(thrown);
  if (error === null) throw thrown;
  return { problem: noticeOf(error).sentence, signInUrl: null };
}

/** Next's own header: its script sends it with each action, a browser without the script does not. */
async function sentByScript(): Promise<boolean> {
  return (await headers()).has("next-action");
}
