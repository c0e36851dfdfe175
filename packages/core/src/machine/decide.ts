import type { Access, Grant, Phase, ReauthorizeReason } from "./grant.js";
import { decisions, type Life, type Situation } from "./table.js";
import { marginOf, type Timings } from "./timings.js";

/** What the caller needs, and what is known beside the grant. */
export interface Need {
  /** How much life the token must have left, in ms. At most half its lifetime counts. */
  readonly minValidMs: number;
  /** The caller has waited as long as it will. */
  readonly waited: boolean;
  /** Spotify refuses the whole client until then, in Unix ms; 0 = it does not. */
  readonly pausedUntil: number;
  readonly timings: Timings;
}

export type Decision =
  | { readonly action: "use" }
  /** `takesOver`: the id of the lease that is over and may be taken from its holder. */
  | { readonly action: "useAndRefresh"; readonly takesOver: string | null }
  | { readonly action: "refresh"; readonly takesOver: string | null }
  | { readonly action: "wait"; readonly until: number }
  | { readonly action: "unavailable"; readonly retryAt: number }
  | { readonly action: "reauthorize"; readonly reason: ReauthorizeReason };

/** What to do for a caller who needs a token now. Pure: no clock, no randomness, no I/O. */
export function decide(grant: Grant, now: number, need: Need): Decision {
  const { access, phase, refresh, trouble } = grant;
  const life = lifeOf(access, now, need);
  if (phase.name === "reauthorize") return { action: decisions[life].reauthorize, reason: phase.reason };

  const { situation, until } = situationOf(phase, now, need.pausedUntil);
  const takesOver = phase.name === "refreshing" && situation === "leaseOver" ? phase.lease.id : null;
  const action = decisions[life][situation];
  switch (action) {
    case "use":
      return { action };
    case "useAndRefresh": {
      const maySpendTwice = (trouble.unsettled || takesOver !== null) && !refresh.reusable;
      return maySpendTwice ? { action: "use" } : { action, takesOver };
    }
    case "refresh":
      return need.waited && isLastResort(access, life, now, need) ? { action: "use" } : { action, takesOver };
    case "wait":
      return need.waited && isLastResort(access, life, now, need) ? { action: "use" } : { action, until };
    case "unavailable":
      return isLastResort(access, life, now, need) ? { action: "use" } : { action, retryAt: until };
  }
}

/** Whether whoever holds the lease that is taken over may have spent a token that must not be sent twice: then they may have the new one, and store it first. */
export function mayHaveSpent({ refresh }: Grant, takesOver: string | null): boolean {
  return takesOver !== null && !refresh.reusable;
}

function lifeOf(access: Access, now: number, need: Need): Life {
  const left = access.expiresAt - now;
  if (access.rejected || left <= 0) return "dead";
  if (left <= marginOf(access, need.timings, need.minValidMs)) return "expiring";
  return now < access.refreshAfter ? "fresh" : "aging";
}

function situationOf(phase: Exclude<Phase, { name: "reauthorize" }>, now: number, pausedUntil: number): { situation: Situation; until: number } {
  switch (phase.name) {
    case "refreshing":
      if (now < phase.lease.until) return { situation: "refreshing", until: phase.lease.until };
      return now < pausedUntil ? { situation: "backoff", until: pausedUntil } : { situation: "leaseOver", until: now };
    case "active":
      return now < pausedUntil ? { situation: "backoff", until: pausedUntil } : { situation: "active", until: now };
    case "backoff": {
      const until = Math.max(phase.retryAt, pausedUntil);
      return now < until ? { situation: "backoff", until } : { situation: "backoffOver", until };
    }
    case "suspect": {
      const until = Math.max(phase.until, pausedUntil);
      return now < until ? { situation: "suspect", until } : { situation: "suspectOver", until };
    }
  }
}

function isLastResort(access: Access, life: Life, now: number, { timings }: Need): boolean {
  return life === "expiring" && access.expiresAt - now >= timings.lastResortMs;
}
