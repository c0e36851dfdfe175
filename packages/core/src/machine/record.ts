import { type GrantRecord, isGrant } from "./grant.js";
import { clockSkewMs, graceAfterConsentMs, quarantineMs } from "./timings.js";

/**
 * When the store may forget the record, in Unix ms: a living grant a week after its consent ends, one that Spotify refused after 24 hours
 * (its token is kept that long, unused, in case the refusal was a mistake), a tombstone after 15 minutes, and the two hours by which the clock that said so may be
 * behind the store's: forgotten at once, it would let a delayed write through.
 */
export function forgetAt(record: NonNullable<GrantRecord>): number {
  if (!isGrant(record)) return record.until + clockSkewMs;
  return record.phase.name === "reauthorize" ? record.phase.since + quarantineMs : record.reauthorizeBy + graceAfterConsentMs;
}
