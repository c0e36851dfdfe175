/** A user's consent to this client, and all that is known about it. One user, one record, one atomic write. */
export interface Grant {
  /** The record's format. A reader refuses a newer one; unknown fields are kept. */
  readonly v: 1;
  readonly user: SpotifyUser;
  /** Granted scopes, as Spotify last said. */
  readonly scopes: readonly string[];
  /** When the user consented, in Unix ms. Spotify ends the grant six months later, refreshing or not. */
  readonly authorizedAt: number;
  /** When Spotify is expected to end the grant, in Unix ms. It drives renewal and warnings only. */
  readonly reauthorizeBy: number;
  readonly access: Access;
  readonly refresh: Refresh;
  readonly consent: Consent;
  readonly phase: Phase;
  readonly trouble: Trouble;
  /** At most 20; the least recently seen goes first. */
  readonly sessions: readonly Session[];
  /** The user's last signOut or disconnect, in Unix ms: sign-ins begun before it fail. `null` = never. */
  readonly closedAt: number | null;
  /** The id of the event that did it: two of one moment are two. `null` = none did. */
  readonly closedBy: string | null;
}

/** Who consented. `id` is Spotify's `account_id` where it sends one, else its `id`; never an e-mail address or a name. */
export interface SpotifyUser {
  /** What this app knows the user by, and the subject of `forUser()`: Spotify's `account_id`, which never changes, or its `id` where there is none. Never a name or an address. */
  readonly id: string;
  /** Spotify's `id` of the user, as it stands in the user's URI. Mostly another text than `id`. */
  readonly spotifyId: string;
}

/** What was done about the consent's end. Anew with every consent. */
export interface Consent {
  /** Of the latest sign-in that was stored. */
  readonly id: string;
  /** When Spotify's answer to that sign-in reached us, in Unix ms: an older one never takes its place. */
  readonly signedInAt: number;
  /** The last warning that was given, in days ahead of the end; `null` = none yet. */
  readonly warnedDays: WarningDays | null;
  /** The last page navigation that was sent to renew it, by an id of its own, and when, in Unix ms; `null` = none yet. */
  readonly renewal: { readonly id: string; readonly triedAt: number } | null;
}

export type WarningDays = 30 | 7;

export interface Access {
  /** Of the answer that brought it. */
  readonly id: string;
  readonly token: string;
  /** When the request that brought it was sent, in Unix ms; never earlier than that of the token it replaces. */
  readonly sentAt: number;
  /** Counted from `sentAt`. */
  readonly expiresAt: number;
  /** From then on a refresh is worth its while. Drawn once per answer, so that all processes agree and no herd forms. */
  readonly refreshAfter: number;
  /** The API refused it although it should be alive. */
  readonly rejected: boolean;
}

export interface Refresh {
  readonly token: string;
  /** Which refresh token a result came from: new with every consent and every rotation. */
  readonly lineage: string;
  /** The last refresh left this token in place. `false` until one did: then sending it twice may cost the grant. */
  readonly reusable: boolean;
}

export type Phase =
  | { readonly name: "active" }
  | { readonly name: "refreshing"; readonly lease: Lease }
  | { readonly name: "backoff"; readonly retryAt: number; readonly cause: BackoffCause }
  | { readonly name: "suspect"; readonly until: number }
  | { readonly name: "reauthorize"; readonly since: number; readonly reason: ReauthorizeReason };

export type BackoffCause = "notSent" | "throttled" | "misconfigured" | "ambiguous" | "retried";

/** `expired`: six months are over. `revoked`: Spotify ended it earlier. `lostRotation`: a rotated token was lost on its way. */
export type ReauthorizeReason = "expired" | "revoked" | "lostRotation";

/** The right of one process to refresh. It only saves work; safety comes from the swap. */
export interface Lease {
  readonly id: string;
  readonly startedAt: number;
  readonly until: number;
}

/** What is unresolved about the refresh token. Kept across phases; only `refreshed` and `authorized` clear it. */
export interface Trouble {
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** An earlier attempt with this lineage may have been spent. */
  readonly unsettled: boolean;
  /** The one probe of a suspect token was begun: the next verdict is final. */
  readonly probing: boolean;
}

/** One browser's login. `id` is SHA-256 of the secret in its cookie; times in Unix ms. */
export interface Session {
  readonly id: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

/** What a closed grant leaves for 15 minutes, so that no delayed write brings it back. It decides as absent. */
export interface Tombstone {
  readonly v: 1;
  readonly reason: CloseReason;
  /** As in {@link Grant.closedAt}: a plain logout keeps the earlier value, since it bars no other tab's sign-in. */
  readonly closedAt: number | null;
  readonly closedBy: string | null;
  /** No write is delayed for longer, in Unix ms of the clock that wrote it. */
  readonly until: number;
}

/** What closed a grant: the last session signed out, all sessions were ended, or everything was erased. */
export type CloseReason = "logout" | "signOut" | "disconnect";

/** What a record can be; `null` is absent. */
export type GrantRecord = Grant | Tombstone | null;

/** `true` for a grant, `false` for a tombstone and for nothing at all. */
export function isGrant(record: GrantRecord): record is Grant {
  return record !== null && "phase" in record;
}

export const calm: Trouble = { attempts: 0, unsettled: false, probing: false };
