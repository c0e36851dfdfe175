import { type GrantRecord, isGrant } from "./grant.js";
import { graceAfterConsentMs, quarantineMs } from "./timings.js";

/**
 * When the store may forget the record, in Unix ms: a living grant a week after its consent ends, one that Spotify refused after 24 hours
 * (its token is kept that long, unused, in case the refusal was a mistake), a tombstone after 15 minutes.
 */
export function forgetAt(record: NonNullable<GrantRecord>): number {
  if (!isGrant(record)) return record.until;
  return record.phase.name === "reauthorize" ? record.phase.since + quarantineMs : record.reauthorizeBy + graceAfterConsentMs;
}
