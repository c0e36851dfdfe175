import { type Clock, sleep } from "../clock.js";
import { boundedMap } from "../bounded-map.js";
import { believable } from "../machine/clocks.js";
import { decide, mayHaveSpent, type Need } from "../machine/decide.js";
import { type Grant, isGrant, type Lease } from "../machine/grant.js";
import type { Timings } from "../machine/timings.js";
import { transition } from "../machine/transition.js";
import { randomId } from "./identifiers.js";
import { longestPauseMs, type Records, type Snapshot } from "./records.js";
import type { Sightings } from "./sightings.js";

export interface LeasesContext {
  readonly records: Records;
  readonly firstSeenAt: Sightings;
  readonly timings: Timings;
  readonly storeDeadlineMs: number;
  readonly clock: Clock;
  /** From then on no lease is taken over: who still lets a former holder store gets none. */
  readonly isClosing: () => boolean;
}

/** Takes the right to refresh, of which each grant has one. */
export interface Leases {
  /**
   * Takes the lease of a grant in one swap. `null`: there is nothing to refresh for now, another process has the lease, or one's own is left to run out.
   *
   * @throws TemporarilyUnavailable when the lease could not be taken, or not be made sure of.
   */
  take(key: string, known: Snapshot, need: Need): Promise<Held | null>;
  /** Whether the grant's lease may be this process's own: taken by a swap whose answer was lost. */
  mayHold(key: string, grant: Grant): boolean;
}

/** A grant under a lease of this process, as it was stored. */
export interface Held {
  readonly snapshot: Snapshot;
  readonly grant: Grant;
  readonly claim: Claim;
}

/** The lease as its holder knows it: on its own monotonic clock, from before it was taken. */
export interface Claim {
  readonly lease: Lease;
  readonly begunAt: number;
  /** Later nothing may be sent: the answer could come when another has taken the lease. */
  readonly sendBy: number;
  readonly endsAt: number;
  /** How long an answer is waited for, in ms. */
  readonly deadlineMs: number;
  /** Whether it may have been taken from a holder who has already spent the refresh token. */
  tookOver: boolean;
  /** Whether the store did not say yes when it was first asked: it may have been away. */
  hadTrouble: boolean;
}

const sendingMs = 1_000;
/** What a look at the store takes, as a rule. */
const lookingMs = 500;

export function createLeases({ records, firstSeenAt, timings, storeDeadlineMs, clock, isClosing }: LeasesContext): Leases {
  /** Leases that may have been taken although the store did not say so: the next try looks for them. */
  const unconfirmed = boundedMap<string, Claim>(2_000);

  return {
    async take(key, known, need) {
      const claim = claimFor(key, known);
      unconfirmed.set(key, claim);
      const held = await acquire(key, known, claim, need);
      unconfirmed.delete(key);
      return held !== null && claim.tookOver ? letHolderStore(key, held) : held;
    },
    mayHold: (key, { phase }) => phase.name === "refreshing" && phase.lease.id === unconfirmed.get(key)?.lease.id,
  };

  function claimFor(key: string, known: Snapshot): Claim {
    const begunAt = clock.elapsed();
    const earlier = unconfirmed.get(key);
    if (earlier !== undefined) {
      const isHeld = isGrant(known.record) && known.record.phase.name === "refreshing" && known.record.phase.lease.id === earlier.lease.id;
      // What is held is used or given back however late, or left to run out: nothing was sent under it. Taken late it would leave too little time, and the user would wait
      // for nothing.
      if (isHeld || !isLate(earlier)) return earlier;
    }
    const startedAt = clock.now();
    const living = isGrant(known.record) && !known.record.access.rejected && startedAt < known.record.access.expiresAt ? "living" : "dead";
    const leaseMs = timings.leaseMs[living];
    const deadlineMs = timings.tokenDeadlineMs[living];
    const endsAt = begunAt + leaseMs;
    const lease = { id: randomId(), startedAt, until: startedAt + leaseMs };
    return { lease, begunAt, sendBy: endsAt - deadlineMs - sendingMs, endsAt, deadlineMs, tookOver: false, hadTrouble: false };
  }

  /** Whether more than half of what the lease leaves for getting ready is gone. */
  function isLate({ begunAt, sendBy }: Claim): boolean {
    return sendBy - clock.elapsed() < (sendBy - begunAt) / 2;
  }

  /** Takes the lease in one swap, before anything is sent. After anything but success: read past every cache, look for the own lease, decide again. */
  async function acquire(key: string, known: Snapshot, claim: Claim, need: Need): Promise<Held | null> {
    const { lease } = claim;
    const failures: unknown[] = [];
    // When nothing may be sent any more, a lease that was written after all could only be given back.
    for (let snapshot = known; ; snapshot = await records.persist(claim.sendBy, async () => records.read(key, "store"))) {
      const grant = snapshot.record;
      if (!isGrant(grant)) return null;
      if (grant.phase.name === "refreshing" && grant.phase.lease.id === lease.id) return { snapshot, grant, claim };
      if (failures.length > 1) throw failures[0];

      const now = clock.now();
      const decision = decide(believable(grant, firstSeenAt, timings), now, need);
      if (decision.action !== "refresh" && decision.action !== "useAndRefresh") return null;
      const after = transition(grant, { type: "refreshStarted", lease, takesOver: decision.takesOver });
      if (!isGrant(after) || after === grant) return null;
      claim.tookOver = mayHaveSpent(grant, decision.takesOver);
      try {
        const replaced = await records.replace(key, snapshot, after);
        if (replaced !== null) return { snapshot: replaced, grant: after, claim };
      } catch (error) {
        failures.push(error);
      }
      claim.hadTrouble = true;
    }
  }

  /**
   * Who lost the lease may live and have the new tokens, which the store did not take until now: one more try of theirs first. That the grant is as it was is found out by
   * writing it again: a store that is read only has not let them. `null`: it is not, or nobody can tell; then the lease is left to run out.
   */
  async function letHolderStore(key: string, held: Held): Promise<Held | null> {
    const { claim } = held;
    // A try that was on its way when the store came back, the pause after it, and one that succeeds: as far as the lease allows.
    const beforeNextTryMs = storeDeadlineMs + longestPauseMs;
    const turnMs = Math.min(beforeNextTryMs + storeDeadlineMs, claim.sendBy - clock.elapsed() - lookingMs);
    // The store came back, if at all, when a part of the lease was gone: the holder may not come to its next try in what is left.
    if (claim.hadTrouble && turnMs < beforeNextTryMs) return null;
    await sleep(clock, Math.max(0, turnMs));
    if (isClosing()) return null;
    for (let { snapshot, grant } = held; ;) {
      const rewritten = await records.replace(key, snapshot, grant);
      if (rewritten !== null) return { snapshot: rewritten, grant, claim };
      // Something else about the grant may have been written.
      snapshot = await records.read(key, "store");
      const { record } = snapshot;
      if (!isGrant(record) || record.phase.name !== "refreshing" || record.phase.lease.id !== claim.lease.id) return null;
      grant = record;
    }
  }
}
