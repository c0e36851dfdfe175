"use client";
import { type Playing, readPlaying } from "demo-kit/music";
import { useEffect, useState } from "react";

export type NowPlayingState =
  | { readonly kind: "asking" }
  | { readonly kind: "playing"; readonly playing: Playing | null }
  /** The status of an answer that says no; 0 = no answer. */
  | { readonly kind: "failed"; readonly status: number };

const route = "/auth/spotify/api/v1/me/player/currently-playing";

/** What plays, asked again every `everyMs` while the page is seen, and when it is seen again. */
export function useNowPlaying(everyMs: number): NowPlayingState {
  const [state, setState] = useState<NowPlayingState>({ kind: "asking" });

  useEffect(() => {
    const leaving = new AbortController();
    const look = async (): Promise<void> => {
      if (document.visibilityState !== "visible") return;
      const next = await ask(leaving.signal);
      if (!leaving.signal.aborted) setState(next);
    };
    void look();
    const looking = setInterval(() => void look(), everyMs);
    document.addEventListener("visibilitychange", () => void look(), { signal: leaving.signal });
    return () => {
      leaving.abort();
      clearInterval(looking);
    };
  }, [everyMs]);

  return state;
}

async function ask(signal: AbortSignal): Promise<NowPlayingState> {
  try {
    const answer = await fetch(route, { headers: { "x-refrain": "1", accept: "application/json" }, cache: "no-store", signal });
    if (!answer.ok) return { kind: "failed", status: answer.status };
    return { kind: "playing", playing: answer.status === 204 ? null : readPlaying(await answer.json()) };
  } catch {
    return { kind: "failed", status: 0 };
  }
}
