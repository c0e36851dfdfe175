import { type Grant, type GrantRecord, isGrant } from "../../src/machine/grant.js";
import { defaultTimings, transactionMs } from "../../src/machine/timings.js";
import { judge, trouble } from "./judge.js";
import { beganAt, type Incarnation } from "./simulated-process.js";
import type { Attempt } from "./simulated-spotify.js";
import { describe } from "./simulated-store.js";
import type { World } from "./world.js";

/** What must hold whatever happens. Each is looked at whenever something was stored, sent or served. */
export interface Rules {
  swapped(swap: Swap): void;
  sent(attempt: Attempt): void;
  answered(attempt: Attempt): void;
  /** An access token was handed out for this key. */
  served(key: string, grant: Grant): void;
  /** All sessions but `keep` were closed, and the user was told so; `at` by the clock of the process. */
  closed(key: string, at: number, keep: string | null): void;
  /** Somebody asked to leave: from then on a closed grant surprises nobody. */
  leaves(key: string): void;
  /** A sign-in wants this session; `begunAt` by the clock of its process. */
  wants(sessionId: string, begunAt: number): void;
  /** The sign-in has its answer. */
  answers(sessionId: string): void;
  /** Whether the session was in the record and was taken out of it. */
  isGone(sessionId: string): boolean;
}

export interface Swap {
  readonly key: string;
  readonly sender: Incarnation;
  readonly issuedAt: number;
  readonly before: GrantRecord;
  readonly after: NonNullable<GrantRecord>;
}

export function createRules(world: World): Rules {
  const { journal, timeline, spotify } = world;
  const seen = new Set<string>();
  const gone = new Set<string>();
  const leaving = new Set<string>();
  const begun = new Map<string, { readonly at: number; answered: boolean }>();
  const closures = new Map<string, { readonly at: number; readonly keep: string | null }>();
  const holders = new Map<string, Incarnation>();
  const trueEnds = new Map<string, number>();
  const takenOver = new Set<string>();
  const verdicts = new Map<string, Attempt>();

  return {
    swapped(swap) {
      const { key, sender, before, after } = swap;
      journal.say(() => `${sender.name} stores ${world.nameOf(key)}: ${describe(before)} -> ${describe(after)}`);
      for (const session of isGrant(before) ? before.sessions : []) if (!isGrant(after) || !after.sessions.includes(session)) takeOut(session.id, after);
      if (!isGrant(after)) {
        if (isGrant(before) && !leaving.has(key)) journal.broken("nothing transient signs anyone out", "a grant was closed and nobody had asked for it");
        return;
      }
      noteStored(after);
      if (after.user.id !== world.userOf(key))
        journal.broken("I1 nobody gets another's data", `${after.user.id}'s grant lies under ${world.nameOf(key)}'s key`);
      const back = after.sessions.find(({ id }) => gone.has(id) && !isSignInAfter(id, before));
      if (back !== undefined && !world.clocksDisagree) journal.broken("I2 a session that ended stays ended", "a write brought it back");
      const old = isGrant(before) ? before.sessions : [];
      for (const { id } of after.sessions) if (!old.some((session) => session.id === id)) older(key, id);
      if (isGrant(before)) compare(swap, before, after);
      noteLease(swap, after);
    },

    sent(attempt) {
      const { sender, token, lease, sentAt } = attempt;
      if (token === null) return journal.broken("I3 refresh tokens are kept", "a token was sent that Spotify never issued");
      if (lease === null) return journal.broken("promise 3: the lease comes first", `${sender.name} sends without one`);
      if (sentAt + lease.deadlineMs > lease.until) journal.broken("trace I: nothing is sent that the lease does not cover", `${sender.name} sends too late`);
      const { consent } = token;
      consent.open += 1;
      const { weather, kind } = world.plan;
      // A token that may be sent twice is, where the store was away for longer than the lease.
      if (weather === "storm" || (weather === "outage" && kind === "non-rotating")) return;
      if (consent.open > 1) journal.broken("promise 1: one refresh at a time", "two are open");
      if (consent.ended === null && sentAt - consent.newestAccessAt < spotify.lifetimeMs / 2)
        journal.broken("promise 1: one refresh per expiry", "the token is young");
    },

    answered(attempt) {
      if (attempt.token === null) return;
      attempt.token.consent.open -= 1;
      if (attempt.answer === "terminal") verdicts.set(`${attempt.sender.name} ${attempt.token.value}`, attempt);
    },

    served(key, { user, access }) {
      const issued = spotify.access(access.token);
      if (issued === undefined || issued.consent.user !== world.userOf(key) || user.id !== world.userOf(key)) {
        return journal.broken("I1 nobody gets another's data", `${world.nameOf(key)} was served ${access.token}`);
      }
      if (!seen.has(access.token)) journal.broken("promise 4: nobody sees tokens before they are stored", `${access.token} was handed out`);
      if (!world.clocksDisagree && timeline.now() > issued.expiresAt) journal.broken("a token that is handed out lives", `${access.token} is over`);
    },

    leaves: (key) => void leaving.add(key),
    closed(key, at, keep) {
      if (at > (closures.get(key)?.at ?? 0)) closures.set(key, { at, keep });
    },
    wants: (sessionId, begunAt) => void begun.set(sessionId, { at: begunAt, answered: false }),
    answers(sessionId) {
      const signIn = begun.get(sessionId);
      if (signIn !== undefined) signIn.answered = true;
    },
    isGone: (sessionId) => gone.has(sessionId),
  };

  function takeOut(id: string, after: GrantRecord): void {
    if (!isGrant(after) || !after.sessions.some((session) => session.id === id)) gone.add(id);
  }

  /** A sign-in takes no longer than a transaction lives; one that began before an acknowledged disconnect must not come after it. */
  function older(key: string, id: string): void {
    const closure = closures.get(key);
    const at = begun.get(id)?.at;
    if (closure === undefined || at === undefined || closure.keep === id || world.clocksDisagree) return;
    if (at < closure.at && closure.at - at <= transactionMs) journal.broken("I2 no older sign-in comes after a disconnect", world.nameOf(key));
  }

  /** A sign-in that began after a disconnect, and has no answer yet, may come after it once more. */
  function isSignInAfter(id: string, before: GrantRecord): boolean {
    const signIn = begun.get(id);
    const is = signIn?.answered === false && before !== null && before.closedAt !== null && signIn.at >= before.closedAt;
    if (is) gone.delete(id);
    return is;
  }

  function noteStored({ access, refresh }: Grant): void {
    seen.add(access.token);
    const issuedTo = [spotify.token(refresh.token)?.issuedTo, spotify.access(access.token)?.issuedTo];
    for (const attempt of issuedTo) if (attempt != null) attempt.storedAt ??= timeline.now();
  }

  function noteLease({ key, sender, issuedAt }: Swap, { phase }: Grant): void {
    if (phase.name !== "refreshing" || holders.has(phase.lease.id)) return;
    holders.set(phase.lease.id, sender);
    const lengthMs = phase.lease.until - phase.lease.startedAt;
    const { leaseMs, tokenDeadlineMs } = defaultTimings;
    trueEnds.set(phase.lease.id, issuedAt + Math.min(lengthMs, leaseMs.living));
    sender.leases.set(key, { until: issuedAt + lengthMs, deadlineMs: lengthMs >= leaseMs.living ? tokenDeadlineMs.living : tokenDeadlineMs.dead });
  }

  function compare({ key, sender, before: _, ...swap }: Swap, before: Grant, after: Grant): void {
    if (before.phase.name === "refreshing") leaseEnds(sender, swap.issuedAt, before, before.phase.lease, after);
    const [old, young] = [spotify.token(before.refresh.token), spotify.token(after.refresh.token)];
    if (old === undefined) return;
    if (young === undefined) return journal.broken("trace D: a verdict scrubs nothing", `${world.nameOf(key)}'s refresh token is gone`);
    if (old.consent === young.consent) {
      if (young.generation < old.generation) journal.broken("I3 no refresh token goes backwards", `${old.value} -> ${young.value}`);
      const [earlier, later] = [spotify.access(before.access.token), spotify.access(after.access.token)];
      const backwards = young === old && earlier !== undefined && later !== undefined && later.sentAt < earlier.sentAt;
      if (backwards && !world.clocksDisagree) journal.broken("trace B: a success does not go backwards", `${earlier.value} -> ${later.value}`);
    } else if (after.authorizedAt < before.authorizedAt && before.phase.name !== "reauthorize" && !world.clocksDisagree) {
      journal.broken("trace E: an older consent only adds its session", `${old.value} -> ${young.value}`);
    }
    if (after.phase.name === "suspect" && before.phase.name === "refreshing" && !before.trouble.probing) cleanVerdict(sender, before);
    if (after.phase.name === "reauthorize" && before.phase.name !== "reauthorize") verdict(sender, before, after);
  }

  /** Where clocks disagree, what counts is how long it has been in truth, and that only where a token may not be sent twice. */
  function livesUntil({ refresh }: Grant, lease: { readonly id: string; readonly until: number }): number {
    if (!world.clocksDisagree) return lease.until - beganAt;
    return refresh.reusable ? -Infinity : (trueEnds.get(lease.id) ?? -Infinity);
  }

  /** A lease that lives ends by its holder's word, by new tokens, or by a consent. */
  function leaseEnds(sender: Incarnation, issuedAt: number, before: Grant, lease: { readonly id: string; readonly until: number }, after: Grant): void {
    if (after.access.id !== before.access.id) return;
    switch (after.phase.name) {
      case "refreshing":
        if (after.phase.lease.id !== lease.id) takenOver.add(after.refresh.token);
        if (after.phase.lease.id !== lease.id && issuedAt + 1 < livesUntil(before, lease)) {
          journal.broken("I4 a lease that lives is not taken", `${sender.name} takes it`);
        }
        return;
      case "active":
        return journal.broken("trace C: what the grant already shows is done", `${sender.name} ends a lease and brings nothing new`);
      case "backoff":
      case "suspect":
      case "reauthorize":
        if (holders.get(lease.id) !== sender) journal.broken("trace K: failure needs the live lease", `${sender.name} ends another's`);
    }
  }

  /** Suspicion needs a reason: an earlier request with an unknown outcome, or a lease that was taken over. */
  function cleanVerdict(sender: Incarnation, { refresh }: Grant): void {
    const told = verdicts.get(`${sender.name} ${refresh.token}`);
    const isDoubt = (attempt: Attempt): boolean =>
      attempt !== told && attempt.token?.value === refresh.token && (attempt.answer !== "success" || trouble(world, attempt) !== null);
    if (!takenOver.has(refresh.token) && !spotify.attempts.some(isDoubt)) journal.broken("trace A: a verdict without doubt is final", refresh.token);
  }

  function verdict(sender: Incarnation, before: Grant, after: Grant): void {
    if (after.sessions.length < before.sessions.length) journal.broken("trace D: sessions outlive a verdict", "one is gone");
    const token = spotify.token(before.refresh.token);
    const told = verdicts.get(`${sender.name} ${before.refresh.token}`);
    if (token === undefined || told === undefined) return journal.broken("I6 no transient failure ends a grant", `${sender.name} was never told invalid_grant`);
    const { avoidable, why } = judge(world, token, told);
    journal.count(avoidable ? `avoidable: ${why}` : `unavoidable: ${why}`);
    journal.say(() => `${world.nameOf(before.user.id)} has to sign in again: ${why}`);
    if (avoidable) journal.broken("nobody is lost who need not be", `${before.user.id}: ${why}`);
  }
}
