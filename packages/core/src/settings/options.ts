import type { Clock } from "../clock.js";
import type { OnSignIn, PageDetails } from "../hooks.js";
import type { Logger } from "../log-events.js";
import type { Timings } from "../machine/timings.js";
import type { SpotifyScope } from "../scopes.js";
import type { Store } from "../store/store.js";

/** Whose grant a request is about: the app's own id of its user, 1 to 256 characters; `null` = nobody is signed in to the app. */
export type Subject = string | null;

/**
 * How a SpotifyAuth is set up. What is not given here comes from the environment, where a variable is named.
 *
 * @typeParam FrameworkRequest What the framework hands its handlers; each adapter names its own.
 */
export interface SpotifyAuthOptions<FrameworkRequest = never> {
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
  /**
   * What every sign-in asks for. A user who has allowed more before is asked for that, too; it is over with a sign-out from the last browser.
   *
   * @defaultValue `SPOTIFY_SCOPES`, separated by spaces, else none: public data only
   */
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
  /**
   * Where to go after signing in when the request names no page of its own: a path. With `allow`, also which pages of this origin a request may name; it is asked with
   * the plain path, without its query.
   *
   * @defaultValue `/`, behind a public prefix `/prefix/`, and any page of this origin
   */
  readonly returnTo?: string | { readonly path: string; readonly allow: (path: string) => boolean } | undefined;
  /**
   * Whose Spotify account it is, where users sign in to the app itself and Spotify is linked to their account: the app's own id of the user, `null` for nobody. Called
   * by the adapters with the framework's request. Then there is no session of ours: the app's own decides.
   *
   * @defaultValue Spotify is the login: a session cookie says who it is
   */
  readonly subject?: ((request: FrameworkRequest) => Subject | Promise<Subject>) | undefined;
  /**
   * What happens in the last days of a consent, which Spotify ends after six months. `"auto"`: the next page navigation renews it by one redirect that comes back to the
   * same page, from a week ahead (`timings.renewAheadMs`), at most once a day. `"ask"`: nothing by itself; `session.renewUrl` is for a link. `"off"`: not even that.
   *
   * @defaultValue `"auto"`
   */
  readonly renewConsent?: "auto" | "ask" | "off" | undefined;
  /**
   * Whether `disconnect` also asks Spotify to revoke the refresh token, after everything is erased here. Spotify documents no such call for apps: it may do nothing.
   *
   * @defaultValue `false`
   */
  readonly revokeOnDisconnect?: boolean | undefined;
  /**
   * Awaited when a user has signed in, before the browser gets its session: to create the app's own user, say. What it returns is shown as a page and refuses the
   * sign-in: where Spotify is linked, nothing stays linked. What it throws goes to the framework's error handler; then nobody is signed in by it, but a session
   * that the same user had before, as when a consent is renewed, stays, and a link stays as it was.
   */
  readonly onSignIn?: OnSignIn | undefined;
  /** The app's own pages in place of ours. */
  readonly pages?:
    | {
        /**
         * The path of the app's own sign-in page: page navigations without a session go there, with `?returnTo=`, and not straight to Spotify. It must not be guarded
         * itself: a guard shows a page of ours in its place. Next's proxy lets it be seen.
         */
        readonly signIn?: string | undefined;
        /** Renders a page that tells what happened. Status, cookies and caching stay ours; `null` = show ours. */
        readonly error?: ((page: PageDetails) => Promise<Response | null> | Response | null) | undefined;
      }
    | undefined;
  /** Is told of every event, one line each, with fixed fields and without secrets: `pino()` and `console` fit. @defaultValue none */
  readonly logger?: Logger | undefined;
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
