import type { Metadata } from "next";
import { createElement, type ReactNode } from "react";
import { getSpotify } from "../../lib/spotify";

export async function generateMetadata(): Promise<Metadata> {
  const spotify = await getSpotify();
  return { title: spotify === null ? "nobody" : `of ${spotify.user.id}` };
}

export default async function Page(): Promise<ReactNode> {
  const spotify = await getSpotify({ required: true });
  const { display_name: name } = await spotify.json<{ display_name: string }>("/v1/me");
  return createElement("h1", null, `Hello, ${name}: members only`);
}
