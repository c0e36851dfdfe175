import type { Grant, Phase } from "./grant.js";
import type { Timings } from "./timings.js";

/**
 * The grant as this process may believe it, whatever the clocks of the others say. An instant further ahead than its own maximum counts as that maximum from
 * first sight, and a lease is over once it was watched for its whole length. Where a refresh token that is sent twice may cost the grant, it is over only then.
 *
 * @param firstSeenAt When this process first saw the thing with this id, in Unix ms of its own clock now.
 */
export function believable(grant: Grant, firstSeenAt: (id: string) => number, timings: Timings): Grant {
  const access = believableAccess(grant, firstSeenAt);
  const phase = believablePhase(grant, firstSeenAt, timings);
  return access === grant.access && phase === grant.phase ? grant : { ...grant, access, phase };
}

function believableAccess({ access }: Grant, firstSeenAt: (id: string) => number): Grant["access"] {
  // Noted of each token: when the clock goes back, it is too late to begin.
  const shift = access.sentAt - firstSeenAt(access.id);
  if (shift <= 0) return access;
  return { ...access, sentAt: access.sentAt - shift, expiresAt: access.expiresAt - shift, refreshAfter: access.refreshAfter - shift };
}

function believablePhase({ phase, refresh }: Grant, firstSeenAt: (id: string) => number, timings: Timings): Phase {
  switch (phase.name) {
    case "refreshing": {
      const { lease } = phase;
      const lengthMs = Math.min(lease.until - lease.startedAt, timings.leaseMs.living);
      const watchedUntil = firstSeenAt(lease.id) + lengthMs;
      // To a clock that is ahead every lease looks over, while its holder may be sending at this moment.
      const until = refresh.reusable ? Math.min(lease.until, watchedUntil) : watchedUntil;
      return until === lease.until ? phase : { ...phase, lease: { ...lease, until } };
    }
    case "backoff":
      return { ...phase, retryAt: Math.min(phase.retryAt, firstSeenAt(`backoff ${phase.retryAt}`) + timings.backoffMs.max) };
    case "suspect":
      return { ...phase, until: Math.min(phase.until, firstSeenAt(`suspect ${phase.until}`) + timings.longestPauseMs) };
    case "active":
    case "reauthorize":
      return phase;
  }
}
