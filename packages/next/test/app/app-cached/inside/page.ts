import { createElement, type ReactNode, Suspense } from "react";
import { getSpotify } from "../../lib/spotify";

async function Name(): Promise<ReactNode> {
  const { user } = await getSpotify({ required: true, returnTo: "/music/inside" });
  return createElement("h1", null, user.id);
}

export default function Page(): ReactNode {
  return createElement(Suspense, { fallback: "The shell is the same for everybody" }, createElement(Name));
}
