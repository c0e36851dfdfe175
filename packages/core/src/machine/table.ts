import type { GrantEvent } from "./events.js";
import type { Phase } from "./grant.js";

export type PhaseName = Phase["name"];

/** What is left of the access token: `aging` from `refreshAfter` on, `expiring` inside the hard margin, `dead` when over, rejected or absent. */
export type Life = "fresh" | "aging" | "expiring" | "dead";

/** The phase, split where time splits it. */
export type Situation = "active" | "refreshing" | "leaseOver" | "backoff" | "backoffOver" | "suspect" | "suspectOver";

export type Action = "use" | "useAndRefresh" | "refresh" | "wait" | "unavailable";

/** What to do in each situation; a grant that needs consent is never used, whatever its access token. */
export type Row = Readonly<Record<Situation, Action> & { reauthorize: "reauthorize" }>;

/**
 * The one table. `decide` reads {@link decisions}, `transition` reads {@link leadsTo}, and the pictures in the documentation are drawn from both.
 *
 * Two rules stand beside it. `useAndRefresh` becomes `use` where the refresh token may be spent and may not be reused: then the margin is waited for, in case a
 * pause ends. And an `expiring` token is used rather than nothing: at once where the table says `unavailable`, after the wait where it says `wait` or `refresh`.
 */
export const decisions: Readonly<Record<Life, Row>> = {
  fresh: row("use", "use", "use", "use", "use", "use", "use"),
  aging: row("useAndRefresh", "use", "useAndRefresh", "use", "useAndRefresh", "use", "use"),
  expiring: row("refresh", "wait", "refresh", "unavailable", "refresh", "unavailable", "refresh"),
  dead: row("refresh", "wait", "refresh", "unavailable", "refresh", "unavailable", "refresh"),
};

/**
 * Which phases an event can lead to from each phase. An empty list: the event does not apply there. `closed`: the grant becomes a tombstone.
 * An event may also leave the grant as it is, because it is late, stale or already there.
 */
export const leadsTo: Readonly<Record<GrantEvent["type"], Readonly<Record<PhaseName, readonly (PhaseName | "closed")[]>>>> = {
  authorized: from((phase) => [phase, "active"]),
  seen: from((phase) => [phase]),
  warned: from((phase) => [phase]),
  renewalTried: from((phase) => [phase]),
  signedOut: from((phase) => [phase, "closed"]),
  closed: from((phase) => [phase, "closed"]),
  rejected: from((phase) => [phase]),
  retried: from((phase) => (phase === "reauthorize" ? ["backoff"] : [])),
  refreshStarted: from((phase) => (phase === "reauthorize" ? [] : ["refreshing"])),
  refreshed: from(() => ["active"]),
  refreshFailed: from((phase) => (phase === "refreshing" ? ["backoff", "suspect", "reauthorize"] : [])),
};

function row(...actions: [Action, Action, Action, Action, Action, Action, Action]): Row {
  const [active, refreshing, leaseOver, backoff, backoffOver, suspect, suspectOver] = actions;
  return { active, refreshing, leaseOver, backoff, backoffOver, suspect, suspectOver, reauthorize: "reauthorize" };
}

function from<To>(to: (phase: PhaseName) => To): Record<PhaseName, To> {
  return { active: to("active"), refreshing: to("refreshing"), backoff: to("backoff"), suspect: to("suspect"), reauthorize: to("reauthorize") };
}
