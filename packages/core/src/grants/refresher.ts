import { type Clock, sleep } from "../clock.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Emitter } from "../events.js";
import type { Need } from "../machine/decide.js";
import type { RefreshFailed, RefreshFailure } from "../machine/events.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { refreshAfterMs, type Timings } from "../machine/timings.js";
import type { TokenAnswer } from "../protocol/token-answer.js";
import type { TokenEndpoint } from "../protocol/token-endpoint.js";
import type { Sealer } from "../seal/sealer.js";
import { createClientPause } from "./client-pause.js";
import { randomId } from "./identifiers.js";
import { type Claim, createLeases, type Held } from "./leases.js";
import { type Records, reference, type Snapshot } from "./records.js";
import type { Sightings } from "./sightings.js";
import { late, within } from "./within.js";

export interface RefresherContext {
  readonly records: Records;
  readonly sealer: Sealer;
  /** Where the record of the whole client lies. */
  readonly clientKey: () => Promise<string>;
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
  /** Until when all refreshing of this client holds still, as far as this process knows, in Unix ms; 0 = it does not. */
  pausedUntil(): number;
  /** The keys of grants whose new tokens are in memory only. */
  unstored(): readonly string[];
  /** From now on no lease is taken over. Resolves when nothing is on its way any more. */
  close(): Promise<void>;
}

const requestMs = 120_000;
/** A process that stood still runs its overdue timers before it reads its sockets: an answer that came meanwhile must have its turn before the request is given up. */
const unreadMs = 1_000;
/** A timer that is later than this stood still with its process. */
const overdueMs = 100;
/** What knowing of a pause may cost a refresh: it was asked for before the lease, so it is there as a rule. */
const learningMs = 50;
const longestRepeatMs = 2_000;

export function createRefresher(context: RefresherContext): Refresher {
  const { records, sealer, clientKey, tokenEndpoint, firstSeenAt, timings, storeDeadlineMs, clock, random, emitter } = context;
  const leases = createLeases({ records, firstSeenAt, timings, storeDeadlineMs, clock, isClosing: () => closing });
  const pause = createClientPause({ key: clientKey, records, sealer, clock, firstSeenAt, longestPauseMs: timings.longestPauseMs });
  /** By grant, the new tokens that are in memory only. */
  const storing = new Map<string, Set<Promise<unknown>>>();
  /** By grant, the lineage of which an earlier refresh, whose answer came late, has brought new tokens while another was begun; `null` = none did. */
  const outdated = new Map<string, string | null>();
  const onTheirWay = new Set<Promise<unknown>>();
  let closing = false;

  return {
    async refresh(key, known, need, free) {
      // Whoever has the new tokens never sends the old one again, however long storing them takes.
      if (storing.has(key)) return ownTokens(key, free);
      outdated.set(key, null);
      try {
        const learned = pause.learn();
        const held = await leases.take(key, known, need);
        if (held === null) return;
        await within(learned, learningMs, clock);
        await track(spend(key, held, free));
      } finally {
        outdated.delete(key);
      }
    },
    mayHold: leases.mayHold,
    pausedUntil: pause.until,
    unstored: () => [...storing.keys()],
    async close() {
      closing = true;
      while (onTheirWay.size > 0) await Promise.allSettled(onTheirWay);
    },
  };

  /** Resolves when the new tokens of this process are stored. */
  async function ownTokens(key: string, free: () => void): Promise<void> {
    free();
    await Promise.allSettled(storing.get(key) ?? new Set<Promise<unknown>>());
  }

  async function spend(key: string, { snapshot, grant, claim }: Held, free: () => void): Promise<void> {
    const { lineage } = grant.refresh;
    let failure: RefreshFailure = { kind: "notSent", floorMs: 0 };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      if (outdated.get(key) === lineage) return ownTokens(key, free);
      // A process that was paused past its lease must not send: another may have spent the token. With a suspended machine the monotonic clock stands still.
      const heldMs = Math.max(clock.elapsed() - claim.begunAt, clock.now() - claim.lease.startedAt);
      if (heldMs > claim.sendBy - claim.begunAt) break;
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
    if (outdated.has(key)) outdated.set(key, from);
    const held = storing.get(key) ?? new Set();
    const stored = records.change(key, { type: "refreshed", from, access, refreshToken, lineage: randomId(), scopes }, Infinity, snapshot, (ms) => {
      emitter.emit("tokensNotStored", { grant: reference(key) });
      // They are stored whenever the store takes them, but a process that was told to end need not live for it.
      return sleep(clock, ms, closing);
    });
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
      const { record } = await records.change(key, event, claim.endsAt, snapshot);
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
