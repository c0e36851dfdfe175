import { type Consent, type Grant, type GrantRecord, isGrant, type WarningDays } from "./grant.js";
import type { Timings } from "./timings.js";

const day = 86_400_000;
/** From then on a sign-in counts as a renewal, and the app may offer one. */
const renewableMs = 30 * day;
/** Whoever was sent to renew and came back as before is not sent again on the next page. */
const betweenTriesMs = day;

/** Whether the consent is near its end, or was ended. */
export function isRenewable({ phase, reauthorizeBy }: Grant, now: number): boolean {
  return phase.name === "reauthorize" || now >= reauthorizeBy - renewableMs;
}

/** Whether a page navigation should be sent to renew the consent now. One that was ended is none to renew: the page itself asks for another. */
export function isRenewalDue({ phase, reauthorizeBy, consent }: Grant, now: number, timings: Timings): boolean {
  return now >= reauthorizeBy - timings.renewAheadMs && phase.name !== "reauthorize" && mayTryAgain(consent, now);
}

/** Whether nobody was sent to renew it within the last day. */
export function mayTryAgain({ renewal }: Consent, now: number): boolean {
  return renewal === null || Math.abs(now - renewal.triedAt) >= betweenTriesMs;
}

/** The warning that is due and was not given yet; `null` = none. Of two that were missed, the nearer. */
export function dueWarning({ phase, reauthorizeBy, consent }: Grant, now: number): WarningDays | null {
  if (now < reauthorizeBy - renewableMs || phase.name === "reauthorize") return null;
  const days = now >= reauthorizeBy - 7 * day ? 7 : 30;
  return consent.warnedDays !== null && consent.warnedDays <= days ? null : days;
}

/** The scopes that a living grant has and a new sign-in did not bring: the user's other browsers and the app's jobs go by them. */
export function scopesLost(before: GrantRecord, granted: readonly string[]): readonly string[] {
  if (!isGrant(before) || before.phase.name === "reauthorize") return [];
  return before.scopes.filter((scope) => !granted.includes(scope));
}
