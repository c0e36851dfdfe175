import { createElement, type ReactNode } from "react";
import { getSpotify } from "../../lib/spotify";

async function Name(): Promise<ReactNode> {
  return createElement("p", null, (await getSpotify())?.user.id ?? "nobody");
}

export default async function Page(): Promise<ReactNode> {
  const one = await getSpotify();
  const other = await getSpotify();
  return createElement("main", null, createElement("h1", null, String(one === other)), createElement(Name));
}
