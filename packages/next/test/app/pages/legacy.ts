import Link from "next/link";
import { createElement, type ReactNode } from "react";
import { withSpotifyPage } from "../lib/spotify-pages";

export const getServerSideProps = withSpotifyPage(async ({ spotify }) => ({ props: { user: spotify.user.id } }));

export default function Legacy({ user }: { readonly user: string }): ReactNode {
  return createElement("main", null, createElement("h1", null, `${user}: members only`), createElement(Link, { href: "/legacy?again=1" }, "Again"));
}
