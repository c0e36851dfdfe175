import type {
  Authorized,
  Closed,
  GrantEvent,
  RefreshFailed,
  Refreshed,
  RefreshStarted,
  Rejected,
  RenewalTried,
  Retried,
  Seen,
  SignedOut,
  Warned,
} from "./events.js";
import { mayTryAgain } from "./consent.js";
import { calm, type Grant, type GrantRecord, isGrant, type Phase, type Tombstone } from "./grant.js";
import { isLiving, withSession } from "./sessions.js";
import { leadsTo } from "./table.js";
import { backoffMs, marginOf, tombstoneMs, transactionMs } from "./timings.js";

/**
 * What follows an event. Pure: no clock, no randomness, no I/O. Returns the same object when the event does not apply, no longer applies, or is already there;
 * so an event whose swap was lost, or whose swap may or may not have been applied, is simply applied again.
 */
export function transition(record: GrantRecord, event: GrantEvent): GrantRecord {
  if (event.type === "authorized") return authorize(record, event);
  if (event.type === "closed") return close(record, event);
  if (!isGrant(record) || leadsTo[event.type][record.phase.name].length === 0) return record;
  switch (event.type) {
    case "seen":
      return see(record, event);
    case "warned":
      return warn(record, event);
    case "renewalTried":
      return tryRenewal(record, event);
    case "signedOut":
      return signOut(record, event);
    case "retried":
      return retry(record, event);
    case "refreshStarted":
      return start(record, event);
    case "refreshed":
      return commit(record, event);
    case "refreshFailed":
      return fail(record, event);
    case "rejected":
      return reject(record, event);
  }
}

function authorize(record: GrantRecord, event: Authorized): GrantRecord {
  if (isRefused(record, event)) return record;
  const { session, replaces } = event;
  const before = isGrant(record) ? record : null;
  if (before !== null && (before.consent.id === event.id || before.sessions.some(({ id }) => id === session?.id))) return record;

  const sessions = session === null ? (before?.sessions ?? []) : withSession(before?.sessions ?? [], session, replaces);
  if (before !== null && isOlder(event, before)) {
    return session === null ? before : { ...before, sessions };
  }
  // Spotify sent the user straight back with the token there was: nothing was granted anew, so its six months go on.
  const same = before !== null && before.refresh.token === event.refreshToken ? before : null;
  return {
    ...before,
    v: 1,
    user: event.user,
    scopes: event.scopes,
    authorizedAt: same?.authorizedAt ?? event.authorizedAt,
    reauthorizeBy: same?.reauthorizeBy ?? event.reauthorizeBy,
    access: event.access,
    refresh: same?.refresh ?? { token: event.refreshToken, lineage: event.lineage, reusable: false },
    consent: { warnedDays: null, renewal: null, ...same?.consent, id: event.id, signedInAt: event.authorizedAt },
    phase: { name: "active" },
    trouble: calm,
    sessions,
    closedAt: record?.closedAt ?? null,
    closedBy: record?.closedBy ?? null,
  };
}

/** A slower callback of an older consent must not put its older tokens over newer ones, unless those are of no use. */
function isOlder(event: Authorized, { phase, consent }: Grant): boolean {
  return phase.name !== "reauthorize" && isShortlyBefore(event.authorizedAt, consent.signedInAt) && consent.id !== event.follows;
}

/** The sign-in began before the user signed out everywhere, or another Spotify account answered. */
function isRefused(record: GrantRecord, event: Authorized): boolean {
  if (record === null) return false;
  if (record.closedAt !== null && isShortlyBefore(event.begunAt, record.closedAt)) return true;
  return isGrant(record) && record.user.id !== event.user.id && !event.replacesUser;
}

/** Earlier, by no more than a sign-in may take: instants further apart come from clocks that disagree, and then the later to arrive counts. */
function isShortlyBefore(instant: number, other: number): boolean {
  return instant < other && other - instant <= transactionMs + 60_000;
}

function close(record: GrantRecord, { id: closedBy, reason, keep, now }: Closed): GrantRecord {
  // A close that is applied again must not end what was authorized after it.
  if (record !== null && record.closedBy === closedBy) return record;
  // Nor may it lift the bar of a later one, when it is that close which is late.
  const closedAt = record !== null && record.closedAt !== null && isShortlyBefore(now, record.closedAt) ? record.closedAt : now;
  if (keep !== null && isGrant(record)) {
    return { ...record, sessions: record.sessions.filter(({ id }) => id === keep), closedAt, closedBy };
  }
  if (record !== null && !isGrant(record) && record.closedAt === closedAt) return record;
  // Absence is the one value that repeats: a tombstone stands even where nothing was, so that a delayed sign-in cannot land.
  return { v: 1, reason, closedAt, closedBy, until: now + tombstoneMs };
}

function see(grant: Grant, { session, now }: Seen): Grant {
  const index = grant.sessions.findIndex(({ id, seenAt }) => id === session && seenAt < now);
  const found = grant.sessions[index];
  return found === undefined ? grant : { ...grant, sessions: grant.sessions.with(index, { ...found, seenAt: now }) };
}

function warn(grant: Grant, { consent, days }: Warned): Grant {
  const { id, warnedDays } = grant.consent;
  if (id !== consent || (warnedDays !== null && warnedDays <= days)) return grant;
  return { ...grant, consent: { ...grant.consent, warnedDays: days } };
}

function tryRenewal(grant: Grant, { id, consent, now }: RenewalTried): Grant {
  if (grant.consent.id !== consent || !mayTryAgain(grant.consent, now)) return grant;
  return { ...grant, consent: { ...grant.consent, renewal: { id, triedAt: now } } };
}

function signOut(grant: Grant, { session, now, timings }: SignedOut): Grant | Tombstone {
  const sessions = grant.sessions.filter(({ id }) => id !== session);
  if (sessions.length === grant.sessions.length) return grant;
  if (sessions.some((other) => isLiving(other, now, timings))) return { ...grant, sessions };
  return { v: 1, reason: "logout", closedAt: grant.closedAt, closedBy: grant.closedBy, until: now + tombstoneMs };
}

function retry(grant: Grant, { now }: Retried): Grant {
  return { ...grant, phase: { name: "backoff", retryAt: now, cause: "retried" } };
}

function start(grant: Grant, { lease, takesOver }: RefreshStarted): Grant {
  const { phase, trouble } = grant;
  const refreshing: Phase = { name: "refreshing", lease };
  switch (phase.name) {
    case "refreshing":
      // Its holder may have spent the token. One's own claim proves nothing: marking it would make every later verdict doubtful.
      return phase.lease.id === takesOver ? { ...grant, phase: refreshing, trouble: { ...trouble, unsettled: true } } : grant;
    case "suspect":
      return { ...grant, phase: refreshing, trouble: { ...trouble, probing: true } };
    case "active":
    case "backoff":
      return { ...grant, phase: refreshing };
    case "reauthorize":
      return grant;
  }
}

function commit(grant: Grant, { from, access, refreshToken, lineage, scopes }: Refreshed): Grant {
  // The token endpoint knows no fencing token, so lineage alone decides: refusing a late success would lose the only valid token.
  if (from !== grant.refresh.lineage || access.id === grant.access.id) return grant;
  const rotated = refreshToken !== null && refreshToken !== grant.refresh.token;
  if (!rotated && access.sentAt < grant.access.sentAt) return withoutVerdict(grant);
  return {
    ...grant,
    scopes: scopes ?? grant.scopes,
    access,
    refresh: rotated ? { token: refreshToken, lineage, reusable: false } : { ...grant.refresh, reusable: true },
    phase: { name: "active" },
    trouble: calm,
  };
}

/** An older success proves that the refresh token lives, and nothing else. */
function withoutVerdict(grant: Grant): Grant {
  const condemned = grant.phase.name === "suspect" || grant.phase.name === "reauthorize";
  return condemned ? { ...grant, phase: { name: "active" }, trouble: calm } : grant;
}

function fail(grant: Grant, { from, lease, failure, now, draw, timings }: RefreshFailed): Grant {
  const { phase, refresh, access } = grant;
  if (from !== refresh.lineage || phase.name !== "refreshing" || phase.lease.id !== lease) return grant;

  const trouble = { ...grant.trouble, attempts: grant.trouble.attempts + 1 };
  const suspect = (floorMs: number): Phase => {
    // Until then the token is used. How long one from the future lives only the faster clock knows that it came from.
    const servesUntil = access.sentAt > now ? now : access.expiresAt - marginOf(access, timings, 0);
    const earliest = Math.max(servesUntil, now + timings.suspectMs, now + floorMs);
    return { name: "suspect", until: Math.min(earliest, now + timings.longestPauseMs) };
  };

  if (failure.kind === "terminal") {
    const unsettled = trouble.unsettled || failure.afterUnknown;
    if (unsettled && !trouble.probing) return { ...grant, phase: suspect(0), trouble: { ...trouble, unsettled } };
    const reason = now >= grant.reauthorizeBy ? "expired" : unsettled && !refresh.reusable ? "lostRotation" : "revoked";
    return { ...grant, phase: { name: "reauthorize", since: now, reason }, trouble: { ...trouble, unsettled } };
  }

  const unsettled = trouble.unsettled || failure.kind === "ambiguous";
  if (trouble.probing) return { ...grant, phase: suspect(failure.floorMs), trouble: { ...trouble, unsettled } };
  const waitMs = Math.min(Math.max(backoffMs(grant.trouble.attempts, draw, timings), failure.floorMs), timings.backoffMs.max);
  return { ...grant, phase: { name: "backoff", retryAt: now + waitMs, cause: failure.kind }, trouble: { ...trouble, unsettled } };
}

function reject(grant: Grant, { access: id, now, timings }: Rejected): Grant {
  const { access } = grant;
  if (access.id !== id || access.rejected) return grant;
  const age = now - access.sentAt;
  // A token from the future was sent by a faster clock: its age is unknown, and one refresh is cheaper than a user who is refused.
  const young = age >= 0 && age < Math.min(timings.rejectableAfterMs, (access.expiresAt - access.sentAt) / 2);
  return young ? grant : { ...grant, access: { ...access, rejected: true } };
}
