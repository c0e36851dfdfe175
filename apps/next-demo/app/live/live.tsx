"use client";
import { useSpotify } from "@refrain/next/client";
import type { ReactNode } from "react";
import { NowPlaying } from "../_parts/tracks";
import { useNowPlaying } from "./use-now-playing";

/** What plays, for whoever is signed in in this browser. */
export function Live({ linked }: { readonly linked: boolean }): ReactNode {
  const { status, login } = useSpotify();
  switch (status) {
    case "loading":
      // What the server sends, and all there is without scripts.
      return <p className="muted">Asking who is signed in. This one page needs JavaScript.</p>;
    case "unavailable":
      return <Waiting sentence="The app does not answer right now. This page goes on by itself as soon as it does." />;
    case "signedOut":
      return (
        <>
          <p className="empty">Nobody is signed in here.</p>
          <div className="actions">
            <button className="primary" onClick={() => login()}>
              Sign in with Spotify
            </button>
          </div>
        </>
      );
    case "signedIn":
      return <WhatPlays linked={linked} />;
  }
}

const everyMs = 3000;

function WhatPlays({ linked }: { readonly linked: boolean }): ReactNode {
  const state = useNowPlaying(everyMs);
  switch (state.kind) {
    case "asking":
      return <p className="muted">Asking Spotify…</p>;
    case "failed":
      return <Waiting sentence={sentenceFor(state.status)} />;
    case "playing":
      return (
        <>
          <NowPlaying playing={state.playing} linked={linked} />
          <p className="visually-hidden" role="status">
            {state.playing === null ? "Nothing is playing." : `${state.playing.track.title} by ${state.playing.track.by}`}
          </p>
        </>
      );
  }
}

function sentenceFor(status: number): string {
  switch (status) {
    case 401:
      return "You have signed out elsewhere. Reload the page.";
    case 403:
      return "You have not allowed this app to see what plays.";
    case 429:
      return "Spotify asks this app to slow down. This page goes on by itself.";
    default:
      return "Spotify does not answer right now. You are still signed in, and this page goes on by itself.";
  }
}

function Waiting({ sentence }: { readonly sentence: string }): ReactNode {
  return (
    <div className="notice" data-kind="warning" role="status">
      <p>{sentence}</p>
    </div>
  );
}
