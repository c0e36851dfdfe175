import type { ReauthorizeReason } from "../machine/grant.js";
import type { SpotifyScope } from "../scopes.js";
import type { AccessToken } from "./access-token.js";

/** Calls Spotify's Web API for one user. */
export interface SpotifyClient {
  /**
   * `fetch` with the user's access token. A token that the API refuses is refreshed and the call repeated, once, unless its body can be read only once: then the 401
   * is returned. A string, bytes, `Blob`, `FormData` and `URLSearchParams` can be read again. Redirects are not followed. Statuses that no error below stands for are
   * returned as they came.
   *
   * @param path `/v1/…`, or a URL on the Web API's origin: the token goes nowhere else.
   * @throws {@link NotAuthenticated}, {@link ReauthorizationRequired}, {@link TemporarilyUnavailable} (also when Spotify does not answer within 30 s; how long to
   * wait for the body of what is returned is the caller's to say), {@link MissingScopes} (before anything is sent, where the operation is known to need a scope that
   * was not granted), {@link NotAllowlisted}, {@link RateLimited}; {@link ConfigurationError} for a URL elsewhere; the `TypeError` of `fetch`
   * for what cannot be sent, such as a GET with a body.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /**
   * The answer's JSON; `undefined` for an empty one, as 204 from the player means "nothing plays", and for commands to the player: Spotify answers them with letters that
   * mean nothing.
   *
   * @throws as {@link SpotifyClient.fetch}; {@link TemporarilyUnavailable} for 5xx, and for a body that is no JSON or not complete within the
   * 30 s; {@link RequestRefused} for any other status that is not 2xx.
   */
  json<Answer>(path: string, init?: RequestInit): Promise<Answer>;
  /**
   * An access token that may be used now.
   *
   * @throws {@link NotAuthenticated}, {@link ReauthorizationRequired}, {@link TemporarilyUnavailable}; {@link MissingScopes} when `scopes` are not all granted.
   */
  token(need?: TokenNeed): Promise<AccessToken>;
  /** What is known about the grant, without touching it. */
  status(): Promise<GrantStatus>;
}

/** What an access token must be good for. */
export interface TokenNeed {
  /** Scopes that must be granted. */
  readonly scopes?: readonly SpotifyScope[];
  /** How much life the token must have left, in ms: 0 to 600_000; at most half its lifetime counts. @defaultValue 0: the hard margin alone */
  readonly minValidMs?: number;
}

/** What is known about a grant. */
export interface GrantStatus {
  readonly phase: "active" | "refreshing" | "backoff" | "suspect" | "reauthorize" | "signedOut";
  readonly scopes: readonly string[];
  /** When the access token expires, in Unix ms; 0 without one. */
  readonly expiresAt: number;
  /** When Spotify is expected to end the consent, in Unix ms; 0 without one. */
  readonly reauthorizeBy: number;
  /** When refreshing is tried again, in Unix ms; `null` = nothing holds it off. */
  readonly retryAt: number | null;
  /** Why the user must consent again; `null` = need not. */
  readonly reason: ReauthorizeReason | null;
}

/** The signed-in user of a request. What it says of the grant is as this request last saw it: a refresh it waited for shows. */
export interface SpotifySession extends SpotifyClient {
  /** What {@link SpotifyAuth.sessions} calls this session; `null` where the app's own session stands for the user. No secret. */
  readonly id: string | null;
  readonly user: { readonly id: string; readonly spotifyId: string };
  /** Granted scopes. */
  readonly scopes: readonly string[];
  /** Where the grant is. */
  readonly phase: Exclude<GrantStatus["phase"], "signedOut">;
  /** When the access token expires, in Unix ms. */
  readonly expiresAt: number;
  /** When Spotify is expected to end the consent, in Unix ms. */
  readonly reauthorizeBy: number;
  /** Where to send the user to renew the consent, in its last 30 days and when it was ended; `null` before, and where `renewConsent` is `"off"`. */
  readonly renewUrl: string | null;
}
