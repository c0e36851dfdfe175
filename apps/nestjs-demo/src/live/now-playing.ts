import type { WsResponse } from "@nestjs/websockets";
import { SpotifyAuthError, type SpotifySession } from "@refrain/core";
import { defer, expand, map, type Observable, switchMap, timer } from "rxjs";

const everyMs = 2000;

/**
 * What plays, every two seconds: `playing` with Spotify's answer, `null` for silence, or `outage` while there is none, which is waited out for as long as Spotify says.
 * Ends with an error when the user must do something first.
 */
export function nowPlaying(session: SpotifySession): Observable<WsResponse> {
  const looking = defer(() => look(session));
  return looking.pipe(
    expand(({ waitMs }) => timer(waitMs).pipe(switchMap(() => looking))),
    map(({ message }) => message),
  );
}

async function look(session: SpotifySession): Promise<{ readonly message: WsResponse; readonly waitMs: number }> {
  try {
    return { message: { event: "playing", data: await session.json<unknown>("/v1/me/player/currently-playing") }, waitMs: everyMs };
  } catch (error) {
    if (!(error instanceof SpotifyAuthError) || error.status < 429) throw error;
    return { message: { event: "outage", data: { slower: error.status === 429 } }, waitMs: Math.max(everyMs, error.retryAfterMs ?? 0) };
  }
}
