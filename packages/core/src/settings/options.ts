import type { Clock } from "../clock.js";
import type { Timings } from "../machine/timings.js";
import type { SpotifyScope } from "../scopes.js";
import type { Store } from "../store/store.js";

/** How a SpotifyAuth is set up. What is not given here comes from the environment, where a variable is named. */
export interface SpotifyAuthOptions {
  /** From the developer dashboard. @defaultValue `SPOTIFY_CLIENT_ID` */
  readonly clientId?: string | undefined;
  /** From the developer dashboard. Without one this is a public client, which is meant for programs on the user's machine. @defaultValue `SPOTIFY_CLIENT_SECRET` */
  readonly clientSecret?: string | undefined;
  /**
   * Where Spotify sends the user back to: https, or http with a literal `127.0.0.1` or `[::1]`; never `localhost`. Exactly as registered in the dashboard.
   *
   * @defaultValue `SPOTIFY_REDIRECT_URI`
   * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
   */
  readonly redirectUri?: string | undefined;
  /** What every sign-in asks for. @defaultValue `SPOTIFY_SCOPES`, separated by spaces, else none: public data only */
  readonly scopes?: readonly SpotifyScope[] | undefined;
  /** What seals the stored grants: 32 random bytes or more. Of several the first seals and all open. @defaultValue `REFRAIN_SECRET`, separated by spaces */
  readonly secret?: string | readonly string[] | undefined;
  /** Where sealed grants lie. @defaultValue memory, with a warning; in production a store must be given */
  readonly store?: Store | undefined;
  /** The path under which this app sees our routes. @defaultValue the redirect URI's path without its last segment `callback`, else `/auth/spotify` */
  readonly basePath?: string | undefined;
  /** @defaultValue `__Host-refrain` on https, `refrain-<port>` on http */
  readonly cookieName?: string | undefined;
  /** `"strict"`: 24 hours in all, 1 hour idle. @defaultValue 30 days in all and idle */
  readonly session?: "strict" | { readonly absoluteMs: number; readonly idleMs: number } | undefined;
  /** Where to go after signing in when the request names no page of its own: a path. @defaultValue `/` */
  readonly returnTo?: string | undefined;
  /**
   * Serves `GET token` below the base path: `{ accessToken, expiresAt }`, for the Web Playback SDK, which needs an access token in the page. `expiresAt` in Unix ms.
   * Only scripts of this origin get it, with the header `X-Refrain: 1` (any value will do). Whatever runs in your pages can then act as the user for an hour.
   *
   * @defaultValue `false`: no token reaches a browser
   * @see https://developer.spotify.com/documentation/web-playback-sdk
   */
  readonly token?: boolean | undefined;
  /**
   * Serves `api/*` below the base path: scripts of this origin call Spotify's Web API as the signed-in user and never see a token, `api/v1/me/player` for
   * `/v1/me/player`. They send the header `X-Refrain: 1` (any value will do) with every method. What is not listed is 404.
   *
   * @defaultValue absent: no such route
   */
  readonly api?:
    | {
        /**
         * What may be called: a method (GET, POST, PUT or DELETE; GET allows HEAD too) and a path, `"PUT /v1/playlists/{id}/items"`. A parameter stands for one
         * segment: `{type}` for letters and dashes, `{user_id}` for any text, every other name for an id of 22 letters and digits. Queries are passed on.
         * A request body may have 1 MiB.
         */
        readonly allow: readonly string[];
        /** Calls that one session may make in a minute, in each process: 1 to 10_000. @defaultValue 120 */
        readonly perMinute?: number | undefined;
      }
    | undefined;
  /** The origin of a local emulator, which stands in for Spotify. Loopback only. @defaultValue `REFRAIN_EMULATOR_URL` */
  readonly emulatorUrl?: string | undefined;
  /** Allows the emulator in production. @defaultValue `REFRAIN_ALLOW_EMULATOR=1` */
  readonly allowEmulator?: boolean | undefined;
  /** Durations of the state machine, in ms; those not given keep their defaults. */
  readonly timings?: Partial<Timings> | undefined;
  /** How long a caller waits for a token, in ms: 1 to 60_000. @defaultValue 10_000 */
  readonly waitMs?: number | undefined;
  /** How long the store may take, in ms: 1 to 60_000. @defaultValue 2_000 */
  readonly storeDeadlineMs?: number | undefined;
  /** Refreshes in flight in this process, at most: 1 to 10_000. @defaultValue 100 */
  readonly maxRefreshes?: number | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Draws in [0, 1) for jitter. Secrets never come from it. */
  readonly random?: (() => number) | undefined;
}
