import type { Access, BackoffCause, CloseReason, Lease, Session, SpotifyUser, WarningDays } from "./grant.js";
import type { Timings } from "./timings.js";

/**
 * All that can happen to a grant. Every instant, id and random draw rides in the event and is made once, so an event that is applied again gives the same result.
 */
export type GrantEvent = Authorized | Seen | Warned | RenewalTried | SignedOut | Closed | Retried | RefreshStarted | Refreshed | RefreshFailed | Rejected;

/** The user consented: a session and tokens in one. */
export interface Authorized {
  readonly type: "authorized";
  readonly id: string;
  /** When this sign-in began: it fails if the user signed out everywhere or disconnected since. */
  readonly begunAt: number;
  readonly user: SpotifyUser;
  readonly scopes: readonly string[];
  /** When Spotify's answer reached us. An older consent than the stored one only adds its session. */
  readonly authorizedAt: number;
  /** The id of the same user's consent that was stored before Spotify was asked: this one is later, whatever the clocks say. Absent: none is known. */
  readonly follows?: string | undefined;
  readonly reauthorizeBy: number;
  readonly access: Access;
  readonly refreshToken: string;
  readonly lineage: string;
  /** `null` where the app's own account is the login. */
  readonly session: Session | null;
  /** The session this browser had until now. The new one takes its place. */
  readonly replaces: string | null;
  /** The user was asked and wants the grant of another Spotify account to be replaced by this one. */
  readonly replacesUser: boolean;
}

/** A session was used. Touches neither phase nor tokens. */
export interface Seen {
  readonly type: "seen";
  readonly session: string;
  readonly now: number;
}

/** The consent's end was announced, so many days ahead. */
export interface Warned {
  readonly type: "warned";
  /** Of the consent that ends. */
  readonly consent: string;
  readonly days: WarningDays;
}

/** A page navigation is about to be sent to Spotify, to renew the consent before it ends. */
export interface RenewalTried {
  readonly type: "renewalTried";
  /** Of the navigation: of several at the same moment, the grant shows which one is sent. */
  readonly id: string;
  readonly consent: string;
  readonly now: number;
}

/** One browser signed out. With its last living session the grant closes. */
export interface SignedOut {
  readonly type: "signedOut";
  readonly session: string;
  readonly now: number;
  readonly timings: Timings;
}

/** All sessions end, and the tokens with them; or all but `keep`, and the tokens stay. */
export interface Closed {
  readonly type: "closed";
  readonly id: string;
  readonly reason: Exclude<CloseReason, "logout">;
  readonly keep: string | null;
  readonly now: number;
}

/** An operator gives a token that Spotify refused one more try. */
export interface Retried {
  readonly type: "retried";
  readonly now: number;
}

/** One process takes the lease, before anything is sent. */
export interface RefreshStarted {
  readonly type: "refreshStarted";
  readonly lease: Lease;
  /** The id of a lease that is over and may be taken from its holder. `null` = there was none. */
  readonly takesOver: string | null;
}

/** Spotify gave new tokens. */
export interface Refreshed {
  readonly type: "refreshed";
  /** The lineage of the refresh token that was sent. */
  readonly from: string;
  readonly access: Access;
  /** `null`: the answer held none, the old one stays. */
  readonly refreshToken: string | null;
  /** Of the new refresh token, if there is one. */
  readonly lineage: string;
  /** `null`: unchanged. */
  readonly scopes: readonly string[] | null;
}

/** An attempt brought no tokens. */
export interface RefreshFailed {
  readonly type: "refreshFailed";
  readonly from: string;
  /** The id of the lease under which it was sent. */
  readonly lease: string;
  readonly failure: RefreshFailure;
  readonly now: number;
  /** In [0, 1). */
  readonly draw: number;
  readonly timings: Timings;
}

export type RefreshFailure =
  /** No retry before `floorMs`, as Spotify asked. */
  | { readonly kind: Exclude<BackoffCause, "retried">; readonly floorMs: number }
  /** `invalid_grant`. `afterUnknown`: an attempt under the same lease had ended with its outcome unknown. */
  | { readonly kind: "terminal"; readonly afterUnknown: boolean };

/** The API answered 401 to an access token. */
export interface Rejected {
  readonly type: "rejected";
  /** The id of the access token it was sent with. */
  readonly access: string;
  readonly now: number;
  readonly timings: Timings;
}
