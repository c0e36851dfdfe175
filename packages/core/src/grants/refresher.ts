import { type Clock, sleep } from "../clock.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Emitter } from "../events.js";
import { believable } from "../machine/clocks.js";
import { decide, mayHaveSpent, type Need } from "../machine/decide.js";
import type { RefreshFailed, RefreshFailure } from "../machine/events.js";
import { type Grant, isGrant, type Lease } from "../machine/grant.js";
import { refreshAfterMs, type Timings } from "../machine/timings.js";
import { transition } from "../machine/transition.js";
import type { TokenAnswer } from "../protocol/token-answer.js";
import type { TokenEndpoint } from "../protocol/token-endpoint.js";
import { boundedMap } from "../bounded-map.js";
import type { ClientPause } from "./client-pause.js";
import { randomId } from "./identifiers.js";
import { longestPauseMs, type Records, reference, type Snapshot } from "./records.js";
import type { Sightings } from "./sightings.js";
import { late, within } from "./within.js";

export interface RefresherContext {
  readonly records: Records;
  readonly pause: ClientPause;
  readonly tokenEndpoint: TokenEndpoint;
  readonly firstSeenAt: Sightings;
  readonly timings: Timings;
  readonly storeDeadlineMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emitter: Emitter;
}

/** Refreshes one grant: takes the lease, asks Spotify, stores the answer. */
export interface Refresher {
  /**
   * Resolves when the outcome is stored, or when there is nothing to do for now: another process has the lease, or one's own is left to run out.
   *
   * @param free Called when the tokens are here and only have to be stored.
   * @throws {@link TemporarilyUnavailable} when the lease could not be taken, or not be made sure of; then nothing was sent.
   */
  refresh(key: string, known: Snapshot, need: Need, free: () => void): Promise<void>;
  /** Whether the grant's lease may be this process's own: taken by a swap whose answer was lost. */
  mayHold(key: string, grant: Grant): boolean;
  /** The keys of grants whose new tokens are in memory only. */
  unstored(): readonly string[];
  /** Resolves when nothing is on its way any more. Who still lets a former holder store sends nothing. */
  close(): Promise<void>;
}

/** The lease as its holder knows it: also on its own monotonic clock, from before it was taken. */
interface Claim {
  readonly lease: Lease;
  readonly begunAt: number;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  /** Whether it may have been taken from a holder who has already spent the refresh token. */
  tookOver: boolean;
  /** Whether the store did not say yes when it was first asked: it may have been away. */
  hadTrouble: boolean;
  /** The lineage of the refresh token for which an earlier attempt, whose answer came late, has brought new tokens since. */
  outdated: string | null;
}

/** A grant under a lease of this process, as it was stored. */
interface Taken {
  readonly snapshot: Snapshot;
  readonly grant: Grant;
}

const requestMs = 120_000;
/** A process that stood still runs its overdue timers before it reads its sockets: an answer that came meanwhile must have its turn before the request is given up. */
const unreadMs = 1_000;
/** A timer that is later than this stood still with its process. */
const overdueMs = 100;
const sendingMs = 1_000;
/** What a look at the store takes, as a rule. */
const lookingMs = 500;
/** What knowing of a pause may cost a refresh: it was asked for before the lease, so it is there as a rule. */
const learningMs = 50;
const longestRepeatMs = 2_000;

export function createRefresher(context: RefresherContext): Refresher {
  const { records, pause, tokenEndpoint, firstSeenAt, timings, storeDeadlineMs, clock, random, emitter } = context;
  /** Leases that may have been taken although the store did not say so: the next try looks for them. */
  const unconfirmed = boundedMap<string, Claim>(2_000);
  /** By grant, the new tokens that are in memory only. */
  const storing = new Map<string, Set<Promise<unknown>>>();
  const underWay = new Map<string, Claim>();
  const onTheirWay = new Set<Promise<unknown>>();
  let closing = false;

  return {
    async refresh(key, known, need, free) {
      // Whoever has the new tokens never sends the old one again, however long storing them takes.
      if (storing.has(key)) return ownTokens(key, free);
      const claim = claimFor(key, known);
      underWay.set(key, claim);
      try {
        await refreshUnder(claim, key, known, need, free);
      } finally {
        underWay.delete(key);
      }
    },
    mayHold: (key, { phase }) => phase.name === "refreshing" && phase.lease.id === unconfirmed.get(key)?.lease.id,
    unstored: () => [...storing.keys()],
    async close() {
      closing = true;
      while (onTheirWay.size > 0) await Promise.allSettled(onTheirWay);
    },
  };

  async function refreshUnder(claim: Claim, key: string, known: Snapshot, need: Need, free: () => void): Promise<void> {
    const learned = pause.learn();
    unconfirmed.set(key, claim);
    const taken = await take(key, known, claim, need);
    unconfirmed.delete(key);
    if (taken === null) return;
    await within(learned, learningMs, clock);
    const mine = claim.tookOver ? await letHolderStore(key, taken, claim) : taken;
    if (mine !== null) await track(spend(key, mine, claim, free));
  }

  /** Resolves when the new tokens of this process are stored. */
  async function ownTokens(key: string, free: () => void): Promise<void> {
    free();
    await Promise.allSettled(storing.get(key) ?? new Set<Promise<unknown>>());
  }

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
    const lease = { id: randomId(), startedAt, until: startedAt + leaseMs };
    return { lease, begunAt, leaseMs, deadlineMs: timings.tokenDeadlineMs[living], tookOver: false, hadTrouble: false, outdated: null };
  }

  /** How much time the lease leaves until nothing may be sent under it any more. */
  function spareOf({ begunAt, leaseMs, deadlineMs }: Claim): number {
    return begunAt + leaseMs - clock.elapsed() - deadlineMs - sendingMs;
  }

  /** Whether more than half of what the lease leaves for getting ready is gone. */
  function isLate(claim: Claim): boolean {
    return spareOf(claim) < (claim.leaseMs - claim.deadlineMs - sendingMs) / 2;
  }

  /** Takes the lease in one swap, before anything is sent. After anything but success: read past every cache, look for the own lease, decide again. */
  async function take(key: string, known: Snapshot, claim: Claim, need: Need): Promise<Taken | null> {
    const { lease } = claim;
    // Later, a lease that was written after all could only be given back.
    const ofUseUntil = claim.begunAt + claim.leaseMs - claim.deadlineMs - sendingMs;
    const failures: unknown[] = [];
    for (let snapshot = known; ; snapshot = await records.persist(ofUseUntil, async () => records.read(key, "store"))) {
      const grant = snapshot.record;
      if (!isGrant(grant)) return null;
      if (grant.phase.name === "refreshing" && grant.phase.lease.id === lease.id) return { snapshot, grant };
      if (failures.length > 1) throw failures[0];

      const now = clock.now();
      const decision = decide(believable(grant, now, firstSeenAt, timings), now, need);
      if (decision.action !== "refresh" && decision.action !== "useAndRefresh") return null;
      const after = transition(grant, { type: "refreshStarted", lease, takesOver: decision.takesOver });
      if (!isGrant(after) || after === grant) return null;
      claim.tookOver = mayHaveSpent(grant, decision.takesOver);
      try {
        const replaced = await records.replace(key, snapshot, after);
        if (replaced !== null) return { snapshot: replaced, grant: after };
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
  async function letHolderStore(key: string, taken: Taken, claim: Claim): Promise<Taken | null> {
    // A try that was on its way when the store came back, the pause after it, and one that succeeds: as far as the lease allows.
    const beforeNextTryMs = storeDeadlineMs + longestPauseMs;
    const turnMs = Math.min(beforeNextTryMs + storeDeadlineMs, spareOf(claim) - lookingMs);
    // The store came back, if at all, when a part of the lease was gone: the holder may not come to its next try in what is left.
    if (claim.hadTrouble && turnMs < beforeNextTryMs) return null;
    await sleep(clock, Math.max(0, turnMs));
    if (closing) return null;
    for (let { snapshot, grant } = taken; ;) {
      const rewritten = await records.replace(key, snapshot, grant);
      if (rewritten !== null) return { snapshot: rewritten, grant };
      // Something else about the grant may have been written.
      snapshot = await records.read(key, "store");
      const { record } = snapshot;
      if (!isGrant(record) || record.phase.name !== "refreshing" || record.phase.lease.id !== claim.lease.id) return null;
      grant = record;
    }
  }

  async function spend(key: string, { snapshot, grant }: Taken, claim: Claim, free: () => void): Promise<void> {
    const { lineage } = grant.refresh;
    let failure: RefreshFailure = { kind: "notSent", floorMs: 0 };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      if (claim.outdated === lineage) return ownTokens(key, free);
      // A process that was paused past its lease must not send: another may have spent the token.
      if (spareOf(claim) < 0) break;
      const pausedMs = pause.until() - clock.now();
      if (pausedMs > 0) {
        if (attempt === 1) failure = { kind: "throttled", floorMs: pausedMs };
        break;
      }
      const answer = await send(key, snapshot, grant, claim.deadlineMs, free);
      if (answer !== late && answer.kind === "success") return;
      heed(answer);
      failure = failureOf(answer, timings, failure.kind === "ambiguous");
      const ended = answer !== late && answer.kind === "ambiguous" && (answer.retryAfterMs ?? 0) <= longestRepeatMs;
      if (!ended) break;
      if (attempt === 1) await sleep(clock, Math.max(answer.retryAfterMs ?? 0, 1_000 + random() * 1_000));
    }
    await report(key, { type: "refreshFailed", from: lineage, lease: claim.lease.id, failure, now: clock.now(), draw: random(), timings }, snapshot, claim);
  }

  /** Sends the refresh token once. At the deadline the waiting ends, not the request: its answer is stored whenever it comes. */
  async function send(key: string, snapshot: Snapshot, grant: Grant, deadlineMs: number, free: () => void): Promise<TokenAnswer | typeof late> {
    const now = clock.now();
    const begunAt = clock.elapsed();
    const request = new AbortController();
    let cancel = clock.after(requestMs, () => (cancel = clock.after(unreadMs, () => request.abort(), true)), true);
    const answered = tokenEndpoint.refresh(grant.refresh.token, request.signal);
    // Nothing may run between Spotify's answer and the swap that stores it.
    const stored = track(answered.then((answer) => (answer.kind === "success" ? store(key, snapshot, grant, answer, { now, begunAt }) : undefined)));
    void answered.then((answer) => {
      cancel();
      if (answer.kind === "success") free();
    });
    const inTime = await within(answered, deadlineMs, clock);
    const stoodStill = clock.elapsed() - begunAt > deadlineMs + overdueMs;
    const answer = inTime === late && stoodStill ? await within(answered, unreadMs, clock) : inTime;
    if (answer !== late) await stored;
    return answer;
  }

  async function store(
    key: string,
    snapshot: Snapshot,
    grant: Grant,
    answer: TokenAnswer & { kind: "success" },
    sent: { now: number; begunAt: number },
  ): Promise<void> {
    // Never before the token it replaces, whatever the clocks say: "older" decides which of two successes stays.
    const sentAt = Math.max(sent.now, grant.access.sentAt + 1);
    const access = {
      id: randomId(),
      token: answer.accessToken,
      sentAt,
      expiresAt: sentAt + answer.lifetimeMs,
      refreshAfter: sentAt + refreshAfterMs(answer.lifetimeMs, random(), timings, false),
      rejected: false,
    };
    const { lineage: from, token } = grant.refresh;
    const { refreshToken, scopes } = answer;
    const claim = underWay.get(key);
    if (claim !== undefined) claim.outdated = from;
    const held = storing.get(key) ?? new Set();
    const stored = records.change(key, { type: "refreshed", from, access, refreshToken, lineage: randomId(), scopes }, Infinity, snapshot, () =>
      emitter.emit("tokensNotStored", { grant: reference(key) }),
    );
    storing.set(key, held.add(stored));
    const { record } = await stored;
    held.delete(stored);
    if (held.size === 0) storing.delete(key);
    // Whose grant was closed meanwhile has nothing that was refreshed.
    if (!isGrant(record) || record.access.id !== access.id) return;
    const rotated = refreshToken !== null && refreshToken !== token;
    emitter.emit("refreshed", { grant: reference(key), tookMs: clock.elapsed() - sent.begunAt, rotated });
  }

  /** Writes down that the attempt failed. If the store does not take it, the lease runs out by itself. */
  async function report(key: string, event: RefreshFailed, snapshot: Snapshot, claim: Claim): Promise<void> {
    const { failure } = event;
    try {
      const { record } = await records.change(key, event, claim.begunAt + claim.leaseMs, snapshot);
      announce(key, failure, isGrant(record) ? record : null);
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      announce(key, failure, null);
    }
  }

  function announce(key: string, failure: RefreshFailure, grant: Grant | null): void {
    const retryAt = grant === null ? null : grant.phase.name === "backoff" ? grant.phase.retryAt : grant.phase.name === "suspect" ? grant.phase.until : null;
    emitter.emit("refreshFailed", { grant: reference(key), cause: failure.kind === "terminal" ? "refused" : failure.kind, retryAt });
    if (grant?.phase.name === "reauthorize") emitter.emit("reauthorizationRequired", { grant: reference(key), reason: grant.phase.reason });
  }

  /** Spotify limits and refuses clients, not users: all refreshing holds still, and one event says why. */
  function heed(answer: TokenAnswer | typeof late): void {
    if (answer === late) return;
    if (answer.kind === "throttled") void pause.start(Math.max(answer.retryAfterMs ?? 0, timings.backoffMs.min));
    if (answer.kind !== "misconfigured") return;
    if (pause.until() === 0) emitter.emit("misconfigured", { error: answer.error });
    void pause.start(timings.misconfiguredPauseMs);
  }

  function track<Value>(promise: Promise<Value>): Promise<Value> {
    onTheirWay.add(promise);
    const forget = (): void => void onTheirWay.delete(promise);
    promise.then(forget, forget);
    return promise;
  }
}

function failureOf(answer: Exclude<TokenAnswer, { kind: "success" }> | typeof late, timings: Timings, afterUnknown: boolean): RefreshFailure {
  if (answer === late) return { kind: "ambiguous", floorMs: 0 };
  switch (answer.kind) {
    case "terminal":
      return { kind: "terminal", afterUnknown };
    case "ambiguous":
      return { kind: "ambiguous", floorMs: answer.retryAfterMs ?? 0 };
    // What an earlier attempt under this lease may have spent stays unknown, however harmlessly the second one failed.
    case "notSent":
      return { kind: afterUnknown ? "ambiguous" : "notSent", floorMs: 0 };
    case "throttled":
      return { kind: afterUnknown ? "ambiguous" : "throttled", floorMs: answer.retryAfterMs ?? 0 };
    case "misconfigured":
      return { kind: afterUnknown ? "ambiguous" : "misconfigured", floorMs: timings.misconfiguredPauseMs };
  }
}
