import { empty, json, type Answer } from "./answer.js";
import { track, type Track } from "./catalogue.js";
import type { Call } from "./web-api-call.js";
import type { Players } from "./players.js";
import { apiError, apiHeaders } from "./web-api-errors.js";

/** `GET /v1/me/player`: 204 when nothing plays. */
export function playbackState(call: Call): Answer {
  const playing = nowPlaying(call);
  if (playing === null) return empty(204, apiHeaders);
  const state = { device, repeat_state: "off", shuffle_state: false, ...playing };
  return json(200, state, apiHeaders);
}

/** `GET /v1/me/player/currently-playing`: 204 when nothing plays. */
export function currentlyPlaying(call: Call): Answer {
  const playing = nowPlaying(call);
  return playing === null ? empty(204, apiHeaders) : json(200, playing, apiHeaders);
}

export function devices(call: Call): Answer {
  return json(200, { devices: call.user?.listening === false ? [] : [device] }, apiHeaders);
}

export function queue(call: Call): Answer {
  const playing = nowPlaying(call);
  const { coming } = call.world.players.heard(call.token.user ?? "", call.world.clock.now());
  return json(200, { currently_playing: playing?.item ?? null, queue: playing === null ? [] : coming }, apiHeaders);
}

/** `PUT …/pause` and `…/play`, `POST …/next` and `…/previous`, and the commands that change nothing one hears; 404 where no device is on. */
export function press(button?: Exclude<keyof Players, "heard">): (call: Call) => Answer {
  return ({ world, user }) => {
    if (user === null || user.listening === false) return apiError(404, "Player command failed: No active device found", {}, "NO_ACTIVE_DEVICE");
    if (button !== undefined) world.players[button](user.id, world.clock.now());
    return empty(204, apiHeaders);
  };
}

export function recentlyPlayed(call: Call): Answer {
  const at = (index: number): string => new Date(call.world.clock.now() - (index + 1) * 240_000).toISOString();
  const items = Array.from({ length: 5 }, (_, index) => ({ track: track(index), played_at: at(index), context: null }));
  return json(200, { href: "https://api.spotify.com/v1/me/player/recently-played", limit: 20, next: null, cursors: null, items }, apiHeaders);
}

const device = {
  id: "c0ffee5eedc0ffee",
  is_active: true,
  is_private_session: false,
  is_restricted: false,
  name: "Kitchen",
  type: "Speaker",
  volume_percent: 40,
  supports_volume: true,
};

interface Playing {
  readonly timestamp: number;
  readonly context: null;
  readonly progress_ms: number;
  readonly item: Track;
  readonly currently_playing_type: "track";
  readonly is_playing: boolean;
  readonly actions: { readonly disallows: { readonly resuming: true } | { readonly pausing: true } };
}

/** What is heard, or would be but for a pause; `null` where no device is on. */
function nowPlaying({ world, user }: Call): Playing | null {
  if (user === null || user.listening === false) return null;
  const now = world.clock.now();
  const { item, progressMs, paused } = world.players.heard(user.id, now);
  return {
    timestamp: now,
    context: null,
    progress_ms: progressMs,
    item,
    currently_playing_type: "track",
    is_playing: !paused,
    actions: { disallows: paused ? { pausing: true } : { resuming: true } },
  };
}
