import { createElement, type ReactNode } from "react";
import { getSpotify } from "../../lib/spotify";

export default async function Page(): Promise<ReactNode> {
  const { scopes } = await getSpotify({ required: true, scopes: ["user-read-recently-played"] });
  return createElement("h1", null, scopes.toSorted().join(" "));
}
