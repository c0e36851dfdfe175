import type { Clock } from "../clock.js";
import type { OnSignIn, RenderPage } from "../hooks.js";
import type { Logger } from "../log-events.js";
import type { Timings } from "../machine/timings.js";
import type { SpotifyScope } from "../scopes.js";
import type { Store } from "../store/store.js";
import type { ApiSettings } from "./read-api.js";

/** The options after they were read, checked and completed. */
export interface Settings {
  readonly clientId: string;
  /** `undefined` = public client. */
  readonly clientSecret: string | undefined;
  readonly redirectUri: URL;
  readonly scopes: readonly SpotifyScope[];
  /** The first seals, all open. */
  readonly secrets: readonly string[];
  readonly store: Store;
  /** Where our routes are on requests, without a trailing slash: `/auth/spotify`. */
  readonly basePath: string;
  /** What is before {@link Settings.basePath} in URLs we write, because a proxy or a mount point takes it off requests; often empty. */
  readonly prefix: string;
  readonly cookieName: string;
  readonly returnTo: string;
  /** Whether a request may name this page, a path without its query, to come back to: `true`, and nothing like it. A promise of `false` must not pass. */
  readonly allowsReturn: (path: string) => unknown;
  /** `null`: Spotify is the login. */
  readonly subject: ((request: never) => unknown) | null;
  readonly renewConsent: "auto" | "ask" | "off";
  readonly revokeOnDisconnect: boolean;
  readonly onSignIn: OnSignIn | null;
  readonly pages: { readonly signIn: string | null; readonly error: RenderPage | null };
  readonly logger: Logger | null;
  /** Whether scripts may have the access token. */
  readonly token: boolean;
  readonly api: ApiSettings;
  /** `https://accounts.spotify.com`, or the emulator's origin. */
  readonly issuer: string;
  /** `https://api.spotify.com`, or the emulator's origin. */
  readonly apiOrigin: string;
  readonly timings: Timings;
  readonly waitMs: number;
  readonly storeDeadlineMs: number;
  readonly maxRefreshes: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** What whoever runs this should know: one line each, to be said once. */
  readonly warnings: readonly string[];
}
