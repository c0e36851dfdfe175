import { createElement, type ReactNode, Suspense } from "react";
import { connection } from "next/server.js";
import { getSpotify } from "../../lib/spotify";

async function cachedName(): Promise<string> {
  "use cache";
  return (await getSpotify())?.user.id ?? "nobody";
}

async function Name(): Promise<ReactNode> {
  await connection();
  return createElement("h1", null, await cachedName());
}

export default function Page(): ReactNode {
  return createElement(Suspense, { fallback: "…" }, createElement(Name));
}
