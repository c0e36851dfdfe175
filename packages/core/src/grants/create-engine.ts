import { IntegrityError } from "../errors/integrity-error.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import { ReauthorizationRequired } from "../errors/reauthorization-required.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Emitter } from "../events.js";
import { believable } from "../machine/clocks.js";
import { dueWarning, isRenewable } from "../machine/consent.js";
import { decide, type Decision, type Need } from "../machine/decide.js";
import type { Seen, Warned } from "../machine/events.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { isSeenWorthWriting, livingSession } from "../machine/sessions.js";
import { transition } from "../machine/transition.js";
import type { TokenEndpoint } from "../protocol/token-endpoint.js";
import type { Sealer } from "../seal/sealer.js";
import type { Settings } from "../settings/settings.js";
import { boundedMap } from "../bounded-map.js";
import { isPending } from "../pending.js";
import type { Authenticated, Engine, UsableNeed } from "./engine.js";
import { hash, randomId } from "./identifiers.js";
import { createRecords, reference, type Snapshot } from "./records.js";
import { refresherOnUse } from "./refresher-on-use.js";
import { createSightings } from "./sightings.js";
import { createSlots } from "./slots.js";
import { createWakeUps } from "./wake-ups.js";
import { fresh } from "../store/cached-store.js";
import { late, within } from "./within.js";

/** What the engine needs to be told. */
export type EngineSettings = Pick<Settings, "clientId" | "store" | "clock" | "timings" | "waitMs" | "storeDeadlineMs" | "maxRefreshes" | "random">;

export interface EngineContext {
  readonly settings: EngineSettings;
  readonly sealer: Sealer;
  readonly tokenEndpoint: TokenEndpoint;
  readonly emitter: Emitter;
  /** Where to send a user to consent. */
  readonly reauthorizeUrl: string;
}

const remembered = 5_000;
const shortestPollMs = 50;
const longestPollMs = 500;
const closeMs = 10_000;

export function createEngine({ settings, sealer, tokenEndpoint, emitter, reauthorizeUrl }: EngineContext): Engine {
  const { clientId, store, clock, timings, storeDeadlineMs, waitMs, random } = settings;
  const records = createRecords({ store, sealer, clock, storeDeadlineMs, emitter });
  const isCached = fresh(store) !== store;
  // Of each grant its token, and now and then a lease or a wait, which must not be forgotten for the tokens of others.
  const firstSeenAt = createSightings(clock, 20_000);
  const clientKey = (): Promise<string> => ownKey("client");
  const refresher = refresherOnUse({ records, sealer, clientKey, tokenEndpoint, firstSeenAt, timings, storeDeadlineMs, clock, random, emitter });
  const wakeUps = createWakeUps(store, clock);
  const slots = createSlots(settings.maxRefreshes);
  const flights = new Map<string, Promise<void>>();
  const noting = new Set<object>();
  const proofs = boundedMap<string, Proof>(remembered);
  const keys = boundedMap<string, string>(remembered);

  /** One refresh per grant in this process: whoever comes later joins it. */
  const refresh = (key: string, known: Snapshot, need: Need): Promise<void> => {
    const flight = flights.get(key);
    if (flight !== undefined) return flight;
    const begun = slots.run((free) => refresher.refresh(key, known, need, free)).finally(() => flights.delete(key));
    // It goes on without those who began it; its failure is theirs to hear, and nobody's if they left.
    begun.catch(() => undefined);
    flights.set(key, begun);
    return begun;
  };

  /** What to do for a caller, or the error that sends it away. */
  const judge = ({ record: grant, corrupt }: Snapshot, sessionId: string | null, now: number, need: Need): Verdict | Error => {
    if (corrupt) return new IntegrityError();
    if (!isGrant(grant) || isOver(grant, sessionId, now)) return new NotAuthenticated(reauthorizeUrl);
    const decision = decide(believable(grant, firstSeenAt, timings), now, need);
    if (decision.action === "reauthorize") return new ReauthorizationRequired(decision.reason, reauthorizeUrl);
    if (decision.action === "unavailable") return new TemporarilyUnavailable("spotify", decision.retryAt - now);
    return { grant, decision };
  };

  const usable = async (key: string, { minValidMs, sessionId, known, waitUntil }: UsableNeed): Promise<Grant> => {
    const giveUpAt = clock.elapsed() + waitMs;
    let snapshot = (known && records.recall(key, known)) ?? (await records.read(key, "cache"));
    let mayBeOld = isCached;
    let waited = false;
    let trouble: TemporarilyUnavailable | null = null;
    for (let pollMs = shortestPollMs; ; pollMs = Math.min(pollMs * 2, longestPollMs)) {
      const now = clock.now();
      const leftMs = giveUpAt - clock.elapsed();
      waited ||= leftMs <= 0;
      const need: Need = { minValidMs, waited, pausedUntil: refresher.pausedUntil(), timings };
      const verdict = judge(snapshot, sessionId, now, need);
      if (verdict instanceof Error) {
        if (!mayBeOld) throw verdict;
        // Nobody is sent away on the word of a cache.
        mayBeOld = false;
        snapshot = await records.read(key, "store");
        continue;
      }
      const { grant, decision } = verdict;
      switch (decision.action) {
        case "use":
          warn(key, snapshot, now);
          return grant;
        case "useAndRefresh": {
          const ahead = refresh(key, snapshot, need).catch(() => undefined);
          waitUntil?.(ahead);
          return grant;
        }
        case "wait":
        case "refresh": {
          if (waited) throw trouble ?? new TemporarilyUnavailable("spotify", 1_000);
          const mine = decision.action === "refresh" || refresher.mayHold(key, grant);
          const flight = mine ? refresh(key, snapshot, need) : flights.get(key);
          if (flight === undefined) await wakeUps.wait(key, Math.min(pollMs, leftMs));
          // Nothing was sent if it fails; a token that is not quite dead still serves.
          else if ((await within(flight.catch(failed), leftMs, clock)) === late) {
            waited = true;
            waitUntil?.(flight.catch(() => undefined));
          }
        }
      }
      snapshot = await records.read(key, "store");
    }

    function failed(error: unknown): void {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      trouble = error;
      waited = true;
    }
  };

  return {
    keyOf,

    async read(key, source = "cache") {
      return (await records.read(key, source)).record;
    },

    async change(key, event, patienceMs = waitMs) {
      return (await records.change(key, event, clock.elapsed() + patienceMs)).record;
    },

    async useOnce(name, forgetAt) {
      const key = await ownKey(name);
      const mine = randomId();
      return records.persist(clock.elapsed() + 2 * storeDeadlineMs, async () => {
        if (await records.ask("swap", (asked) => asked.swap(key, null, mine, forgetAt))) return true;
        return (await records.ask("get", (asked) => asked.get(key))) === mine;
      });
    },

    usable,

    isReady(key, known, sessionId) {
      const now = clock.now();
      if (records.recall(key, known) === undefined || isOver(known, sessionId, now) || isRenewable(known, now)) return false;
      const need: Need = { minValidMs: 0, waited: false, pausedUntil: refresher.pausedUntil(), timings };
      return decide(believable(known, firstSeenAt, timings), now, need).action === "use";
    },

    authenticate(cookieValue) {
      const proof = proofs.get(cookieValue);
      if (proof === undefined) return authenticateAnew(cookieValue);
      const snapshot = records.read(proof.key, "cache");
      return isPending(snapshot) ? snapshot.then((read) => present(proof, read)) : present(proof, snapshot);
    },

    async linked(key) {
      let { record } = await records.read(key, "cache");
      // A sign-in that a cache knows nothing of may have been since.
      if (!isGrant(record) && isCached) ({ record } = await records.read(key, "store"));
      return isGrant(record) ? { key, sessionId: null, grant: record } : null;
    },

    async check() {
      const { checkCanary } = await import("./check-canary.js");
      await checkCanary(records, sealer, await ownKey("canary"));
    },

    async close() {
      await within(Promise.all([Promise.allSettled(flights.values()), refresher.close()]), closeMs, clock);
      await within(wakeUps.close(), storeDeadlineMs, clock);
      return refresher.unstored().map(reference);
    },
  };

  async function authenticateAnew(cookieValue: string): Promise<Authenticated | null> {
    const proof = await prove(cookieValue);
    if (proof === null) return null;
    const found = await present(proof, await records.read(proof.key, "cache"));
    if (found !== null) proofs.set(detached(cookieValue), proof);
    return found;
  }

  /** A session that a cache knows nothing of may have begun since. */
  function present(proof: Proof, snapshot: Snapshot): Authenticated | null | Promise<Authenticated | null> {
    const found = authenticated(proof, snapshot);
    return found !== null || !isCached ? found : reread(proof);
  }

  async function reread(proof: Proof): Promise<Authenticated | null> {
    return authenticated(proof, await records.read(proof.key, "store"));
  }

  function authenticated({ key, sessionId }: Proof, snapshot: Snapshot): Authenticated | null {
    const { record: grant } = snapshot;
    const now = clock.now();
    const session = isGrant(grant) ? livingSession(grant, sessionId, now, timings) : null;
    if (session === null || !isGrant(grant)) return null;
    if (isSeenWorthWriting(session, now, timings)) void note(key, snapshot, { type: "seen", session: sessionId, now });
    return { key, sessionId, grant };
  }

  function isOver(grant: Grant, sessionId: string | null, now: number): boolean {
    return sessionId !== null && livingSession(grant, sessionId, now, timings) === null;
  }

  /** Where a record lies that is no user's. A subject may be any text, the name of such a record too: that must be another key. */
  function ownKey(name: string): Promise<string> {
    return hash(`refrain:${clientId}:${name}`);
  }

  async function keyOf(subject: string): Promise<string> {
    const known = keys.get(subject);
    if (known !== undefined) return known;
    const key = await hash(`${clientId}:${subject}`);
    keys.set(subject, key);
    return key;
  }

  /** Announces the consent's end. Of all processes, the one whose note is stored does. */
  function warn(key: string, snapshot: Snapshot, now: number): void {
    if (!isGrant(snapshot.record)) return;
    const { consent, reauthorizeBy } = snapshot.record;
    const days = dueWarning(snapshot.record, now);
    if (days === null) return;
    void note(key, snapshot, { type: "warned", consent: consent.id, days }).then(
      (noted) => noted && emitter.emit("consentEnding", { grant: reference(key), days, reauthorizeBy }),
    );
  }

  /** Off the request's path, one attempt, never again: a lost one is made up for by the next request. */
  async function note(key: string, snapshot: Snapshot, event: Seen | Warned): Promise<boolean> {
    const after = transition(snapshot.record, event);
    if (after === null || after === snapshot.record || noting.has(snapshot)) return false;
    noting.add(snapshot);
    const noted = await records.replace(key, snapshot, after).catch(() => null);
    noting.delete(snapshot);
    return noted !== null;
  }
}

/** A grant that may serve a caller, now or soon. */
interface Verdict {
  readonly grant: Grant;
  readonly decision: Exclude<Decision, { action: "reauthorize" | "unavailable" }>;
}

/** What a cookie's value was found to stand for. */
interface Proof {
  readonly key: string;
  readonly sessionId: string;
}

const cookieShape = /^([\w-]{43})\.([\w-]{43})$/;

async function prove(cookieValue: string): Promise<Proof | null> {
  const [, key, secret] = cookieShape.exec(cookieValue) ?? [];
  return key === undefined || secret === undefined ? null : { key: detached(key), sessionId: await hash(secret) };
}

/** A copy. A part of a text keeps the whole of it in memory, here all cookies of a request. */
function detached(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
