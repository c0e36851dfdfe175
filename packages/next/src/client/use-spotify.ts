"use client";
import { useMemo, useSyncExternalStore } from "react";
import { sessionSource, type SpotifyState } from "./session-source.js";

/** How {@link useSpotify} finds the sign-in routes. */
export interface UseSpotifyOptions {
  /** Their public path, with Next's own `basePath` before it. @defaultValue `/auth/spotify` */
  readonly basePath?: string;
}

/** Who is signed in, and what a component can do about it. Nothing here holds a token. */
export type UseSpotify = SpotifyState & {
  /** Goes to Spotify to sign in, or to grant more scopes, and comes back. @defaultValue `returnTo`: this page */
  login(ask?: { readonly returnTo?: string; readonly scopes?: readonly string[] }): void;
  /** Ends this browser's session. @throws Error when the server did not confirm it: then the user is still signed in. */
  logout(): Promise<void>;
  /** Asks the server again. It is asked by itself at first and whenever the window gets the focus or the network. */
  refresh(): Promise<void>;
};

/** Who is signed in, for client components. On the server, and until the first answer, it is `loading`. */
export function useSpotify({ basePath = "/auth/spotify" }: UseSpotifyOptions = {}): UseSpotify {
  const source = sessionSource(basePath);
  const state = useSyncExternalStore(source.subscribe, source.state, () => loading);
  return useMemo(
    () => ({
      ...state,
      refresh: source.refresh,
      login({ returnTo = location.pathname + location.search + location.hash, scopes = [] } = {}) {
        const query = new URLSearchParams({ returnTo, ...(scopes.length > 0 ? { scope: scopes.join(" ") } : {}) });
        location.assign(`${basePath}/login?${query.toString()}`);
      },
      async logout() {
        const answer = await fetch(`${basePath}/logout`, { method: "POST" });
        // Whatever else says 200, such as the page that a service worker has for when it is offline, is not the server's word.
        if (answer.status !== 204) throw new Error("Signing out did not succeed. Try again.");
        source.signedOut();
      },
    }),
    [state, source, basePath],
  );
}

const loading: SpotifyState = { status: "loading" };
