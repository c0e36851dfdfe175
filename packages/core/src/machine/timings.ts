import type { Access } from "./grant.js";

/** Every duration of the machine, in milliseconds. */
export interface Timings {
  /** An access token with less life than this is not handed out while another can be had. At most a tenth of the token's lifetime. */
  readonly hardMarginMs: number;
  /** Refreshing ahead begins between these two before expiry, drawn per answer; never before the middle of the lifetime. */
  readonly refreshAheadMs: readonly [min: number, max: number];
  /** How long one attempt is waited for while the access token lives, and when it is dead. */
  readonly tokenDeadlineMs: { readonly living: number; readonly dead: number };
  /** How long one process may refresh while the access token lives, and when it is dead. */
  readonly leaseMs: { readonly living: number; readonly dead: number };
  /** Full jitter between nothing and `min * 2^attempts`, at most `max`. */
  readonly backoffMs: { readonly min: number; readonly max: number };
  /** Nothing that Spotify or a clock says holds this client off for longer. */
  readonly longestPauseMs: number;
  /** How long all processes hold still after Spotify refused the client itself. */
  readonly misconfiguredPauseMs: number;
  /** A suspect token is probed no sooner than this. */
  readonly suspectMs: number;
  /** A younger access token that the API refuses is not refreshed: the API's answer stands. */
  readonly rejectableAfterMs: number;
  /** A token that outlived the caller's wait is still handed out with this much life. */
  readonly lastResortMs: number;
  /** A consent with less time left is renewed by the next page navigation, where `renewConsent` is `"auto"`. At most 28 days. */
  readonly renewAheadMs: number;
  /** How long a session lasts in all, and since it was last seen. */
  readonly session: { readonly absoluteMs: number; readonly idleMs: number };
}

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** What the durations are where an option does not say otherwise. */
export const defaultTimings: Timings = {
  hardMarginMs: minute,
  refreshAheadMs: [4 * minute, 10 * minute],
  tokenDeadlineMs: { living: 25 * second, dead: 10 * second },
  leaseMs: { living: 45 * second, dead: 15 * second },
  backoffMs: { min: second, max: minute },
  longestPauseMs: 10 * minute,
  misconfiguredPauseMs: 30 * second,
  suspectMs: minute,
  rejectableAfterMs: 30 * second,
  lastResortMs: 5 * second,
  renewAheadMs: 7 * day,
  session: { absoluteMs: 30 * day, idleMs: 30 * day },
};

/** How long a sign-in may take from its first redirect to its callback. */
export const transactionMs: number = 10 * minute;
export const tombstoneMs: number = 15 * minute;
/** A process's clock may be behind the store's by as much: what has to stand for a while is kept for that much longer. */
export const clockSkewMs: number = 120 * minute;
export const quarantineMs: number = day;
export const graceAfterConsentMs: number = 7 * day;

/** The hard margin of this token, in ms: shorter for a short-lived one, longer when the caller needs more life. */
export function marginOf(access: Access, timings: Timings, minValidMs: number): number {
  const lifetime = access.expiresAt - access.sentAt;
  return Math.max(Math.min(timings.hardMarginMs, lifetime / 10), Math.min(minValidMs, lifetime / 2));
}

/**
 * When a token with this lifetime is worth refreshing ahead, in ms after it was sent.
 *
 * @param draw In [0, 1), once per answer.
 * @param spread Draw over the whole second half instead: for the first token of a consent, since many may sign in at the same moment.
 */
export function refreshAfterMs(lifetimeMs: number, draw: number, timings: Timings, spread: boolean): number {
  const [min, max] = timings.refreshAheadMs;
  const latest = Math.max(lifetimeMs / 2, lifetimeMs - min);
  const earliest = spread ? lifetimeMs / 2 : Math.max(lifetimeMs / 2, lifetimeMs - max);
  return earliest + draw * (latest - earliest);
}

/** How long to hold off after `attempts` failures, in whole ms. */
export function backoffMs(attempts: number, draw: number, timings: Timings): number {
  const { min, max } = timings.backoffMs;
  return Math.ceil(draw * Math.min(max, min * 2 ** Math.min(attempts, 30)));
}

/** Six calendar months after consent, in Unix ms; the last day of a shorter month. Spotify publishes no day count. */
export function reauthorizeBy(authorizedAt: number): number {
  const start = new Date(authorizedAt);
  const end = new Date(authorizedAt);
  end.setUTCMonth(end.getUTCMonth() + 6);
  if (end.getUTCDate() !== start.getUTCDate()) end.setUTCDate(0);
  return end.getTime();
}
