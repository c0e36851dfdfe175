import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { believable } from "../../src/machine/clocks.js";
import { decide } from "../../src/machine/decide.js";
import type { GrantEvent } from "../../src/machine/events.js";
import { type GrantRecord, isGrant } from "../../src/machine/grant.js";
import { forgetAt } from "../../src/machine/record.js";
import { leadsTo } from "../../src/machine/table.js";
import { transition } from "../../src/machine/transition.js";
import { access, authorized, day, hour, minute, now, session, timings } from "./fixtures.js";

/** The machine once more, as flat flags and plain conditions: small enough to be seen to be right. */
interface Model {
  exists: boolean;
  closedAt: number;
  closedBy: string;
  consentedAt: number;
  lineage: string;
  token: string;
  consent: string;
  warned: number;
  renewal: string;
  tried: number;
  accessId: string;
  sentAt: number;
  leaseId: string;
  condemned: "no" | "suspect" | "dead";
  waiting: boolean;
  unsettled: boolean;
  probing: boolean;
  sessions: string[];
}

const nothing: Model = {
  exists: false,
  closedAt: -1,
  closedBy: "",
  consentedAt: -1,
  lineage: "",
  token: "",
  consent: "",
  warned: 99,
  renewal: "",
  tried: -1,
  accessId: "",
  sentAt: -1,
  leaseId: "",
  condemned: "no",
  waiting: false,
  unsettled: false,
  probing: false,
  sessions: [],
};

function expected(model: Model, event: GrantEvent): Model {
  const calm = { leaseId: "", condemned: "no", waiting: false, unsettled: false, probing: false } as const;
  const m = model;
  switch (event.type) {
    case "authorized": {
      if (event.begunAt < m.closedAt) return m;
      if (m.exists && (m.consent === event.id || m.sessions.includes(event.session?.id ?? ""))) return m;
      const sessions = [...m.sessions, event.session?.id ?? ""];
      if (m.exists && m.condemned !== "dead" && event.authorizedAt < m.consentedAt) return { ...m, sessions };
      const came = { ...m, ...calm, exists: true, sessions, consent: event.id, consentedAt: event.authorizedAt };
      Object.assign(came, { accessId: event.access.id, sentAt: event.access.sentAt });
      if (m.exists && m.token === event.refreshToken) return came;
      return { ...came, lineage: event.lineage, token: event.refreshToken, warned: 99, renewal: "", tried: -1 };
    }
    case "closed": {
      const closed = { closedAt: Math.max(m.closedAt, event.now), closedBy: event.id };
      if (m.closedBy === event.id || (!m.exists && closed.closedAt === m.closedAt)) return m;
      return m.exists && event.keep !== null ? { ...m, ...closed, sessions: m.sessions.filter((id) => id === event.keep) } : { ...nothing, ...closed };
    }
    case "signedOut": {
      if (!m.exists || !m.sessions.includes(event.session)) return m;
      const sessions = m.sessions.filter((id) => id !== event.session);
      return sessions.length > 0 ? { ...m, sessions } : { ...nothing, closedAt: m.closedAt, closedBy: m.closedBy };
    }
    case "refreshStarted": {
      if (!m.exists || m.condemned === "dead") return m;
      if (m.leaseId !== "") return m.leaseId === event.takesOver ? { ...m, leaseId: event.lease.id, unsettled: true } : m;
      return { ...m, leaseId: event.lease.id, waiting: false, condemned: "no", probing: m.probing || m.condemned === "suspect" };
    }
    case "refreshed": {
      if (!m.exists || event.from !== m.lineage || event.access.id === m.accessId) return m;
      if (event.refreshToken === null && event.access.sentAt < m.sentAt) return m.condemned === "no" ? m : { ...m, ...calm };
      const { lineage, refreshToken: token } = event;
      return { ...m, ...calm, accessId: event.access.id, sentAt: event.access.sentAt, ...(token === null ? {} : { lineage, token }) };
    }
    case "refreshFailed": {
      if (!m.exists || event.from !== m.lineage || m.leaseId !== event.lease) return m;
      if (event.failure.kind !== "terminal") {
        const unsettled = m.unsettled || event.failure.kind === "ambiguous";
        return { ...m, leaseId: "", unsettled, waiting: !m.probing, condemned: m.probing ? "suspect" : "no" };
      }
      const unsettled = m.unsettled || event.failure.afterUnknown;
      return { ...m, leaseId: "", unsettled, condemned: unsettled && !m.probing ? "suspect" : "dead" };
    }
    case "retried":
      return m.exists && m.condemned === "dead" ? { ...m, condemned: "no", waiting: true } : m;
    case "warned":
      return m.exists && m.consent === event.consent && event.days < m.warned ? { ...m, warned: event.days } : m;
    case "renewalTried":
      if (!m.exists || m.consent !== event.consent || (m.tried !== -1 && Math.abs(event.now - m.tried) < day)) return m;
      return { ...m, renewal: event.id, tried: event.now };
    case "seen":
    case "rejected":
      return m;
  }
}

function seenAs(record: GrantRecord): Model {
  const closed = { closedAt: record?.closedAt ?? -1, closedBy: record?.closedBy ?? "" };
  if (!isGrant(record)) return { ...nothing, ...closed };
  const { phase, trouble } = record;
  return {
    exists: true,
    ...closed,
    consentedAt: record.consent.signedInAt,
    lineage: record.refresh.lineage,
    token: record.refresh.token,
    consent: record.consent.id,
    warned: record.consent.warnedDays ?? 99,
    renewal: record.consent.renewal?.id ?? "",
    tried: record.consent.renewal?.triedAt ?? -1,
    accessId: record.access.id,
    sentAt: record.access.sentAt,
    leaseId: phase.name === "refreshing" ? phase.lease.id : "",
    condemned: phase.name === "suspect" ? "suspect" : phase.name === "reauthorize" ? "dead" : "no",
    waiting: phase.name === "backoff",
    unsettled: trouble.unsettled,
    probing: trouble.probing,
    sessions: record.sessions.map(({ id }) => id),
  };
}

const sorted = (model: Model): Model => ({ ...model, sessions: model.sessions.toSorted() });

const at = fc.integer({ min: 0, max: 6 }).map((step) => now + step * 1_000);
const leases = fc.constantFrom("lease-1", "lease-2", "lease-3");
const lineages = fc.constantFrom("lineage-1", "lineage-2", "lineage-3", "lineage-new");
const tokens = fc.constantFrom("AQ-1", "AQ-2", "AQ-3");
const consents = fc.constantFrom("consent-1", "consent-2", "consent-3");
const sessions = fc.constantFrom("session-1", "session-2", "session-3");
const accesses = fc.record({ id: fc.constantFrom("access-1", "access-2", "access-3"), sentAt: at }).map(({ id, sentAt }) => access(hour, { id, sentAt }));
const failures = fc.oneof(
  fc.record({ kind: fc.constantFrom("notSent", "throttled", "misconfigured", "ambiguous"), floorMs: fc.constantFrom(0, 5_000) }),
  fc.record({ kind: fc.constant("terminal"), afterUnknown: fc.boolean() }),
);

const events: fc.Arbitrary<GrantEvent> = fc.oneof(
  fc
    .record({ begunAt: at, authorizedAt: at, lineage: lineages, refreshToken: tokens, access: accesses, consent: consents, id: sessions })
    .map(({ id, consent, ...rest }) => authorized({ ...rest, id: consent, session: session(id, { createdAt: now, seenAt: now }) })),
  fc.record({ type: fc.constant("seen"), session: sessions, now: at }),
  fc.record({ type: fc.constant("warned"), consent: consents, days: fc.constantFrom(30, 7) }),
  fc.record({
    type: fc.constant("renewalTried"),
    id: fc.constantFrom("renewal-1", "renewal-2"),
    consent: consents,
    now: fc.constantFrom(now, now + hour, now + day, now + 2 * day),
  }),
  fc.record({ type: fc.constant("signedOut"), session: sessions, now: at, timings: fc.constant(timings) }),
  fc.record({
    type: fc.constant("closed"),
    id: fc.constantFrom("close-1", "close-2", "close-3"),
    reason: fc.constantFrom("signOut", "disconnect"),
    keep: fc.option(sessions),
    now: at,
  }),
  fc.record({ type: fc.constant("retried"), now: at }),
  fc.record({
    type: fc.constant("refreshStarted"),
    lease: leases.map((id) => ({ id, startedAt: now, until: now + 45_000 })),
    takesOver: fc.option(leases),
  }),
  fc
    .record({
      type: fc.constant("refreshed"),
      from: lineages,
      access: accesses,
      refreshToken: fc.option(fc.constantFrom("AQ-2", "AQ-3")),
      lineage: lineages,
      scopes: fc.constant(null),
    })
    // A rotated token is another token: the machine tells an echo by comparing.
    .map((event) => ({ ...event, refreshToken: event.refreshToken === null ? null : `${event.refreshToken}-${event.access.id}-${event.access.sentAt}` })),
  fc.record({
    type: fc.constant("refreshFailed"),
    from: lineages,
    lease: leases,
    failure: failures,
    now: at,
    draw: fc.double({ min: 0, max: 0.99, noNaN: true }),
    timings: fc.constant(timings),
  }),
  fc.record({ type: fc.constant("rejected"), access: fc.constantFrom("access-1", "access-2"), now: at, timings: fc.constant(timings) }),
) as fc.Arbitrary<GrantEvent>;

describe("the machine against its model", () => {
  it("agrees after every event of any sequence", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), (sequence) => {
        let record: GrantRecord = null;
        let model = nothing;
        for (const event of sequence) {
          const before: GrantRecord = record;
          record = transition(record, event);
          model = expected(model, event);
          expect(sorted(seenAs(record))).toEqual(sorted(model));
          if (isGrant(before)) expect([...leadsTo[event.type][before.phase.name], before.phase.name]).toContain(isGrant(record) ? record.phase.name : "closed");
          if (record !== null) expect(forgetAt(record)).toBeGreaterThan(now);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("is the same after an event that is applied twice", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 20 }), events, (sequence, last) => {
        const record = transition(sequence.reduce<GrantRecord>(transition, null), last);
        // A takeover frees the very lease it names, so an event that takes a lease over from itself cannot be made.
        if (last.type === "refreshStarted" && last.takesOver === last.lease.id) return;
        expect(transition(record, last)).toBe(record);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never leaves a user stuck: whatever happened, there is an action now or an instant to wait for within ten minutes", () => {
    fc.assert(
      // Not before the last event can have happened: until then an instant is further away.
      fc.property(fc.array(events, { maxLength: 30 }), fc.integer({ min: 6_000, max: 2 * hour }), (sequence, later) => {
        const record = sequence.reduce<GrantRecord>(transition, null);
        if (!isGrant(record)) return;
        const decision = decide(record, now + later, { minValidMs: 0, waited: false, pausedUntil: 0, timings });
        const until = decision.action === "wait" ? decision.until : decision.action === "unavailable" ? decision.retryAt : now + later;
        expect(until - (now + later)).toBeLessThanOrEqual(10 * minute);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("believable: clocks that disagree delay nobody longer than the maximum", () => {
  const ahead = 2 * hour;
  const record = transition(
    null,
    authorized({ access: access(hour, { sentAt: now + ahead, expiresAt: now + ahead + hour, refreshAfter: now + ahead + 50 * minute }) }),
  );
  const firstSeen = (sinceMs: number) => () => now - sinceMs;

  it("leaves a grant as it is when nothing is off", () => {
    const honest = transition(null, authorized());
    if (!isGrant(honest)) throw new Error("expected a grant");
    expect(believable(honest, firstSeen(0), timings)).toBe(honest);
  });

  it("F-007 an access token from a clock two hours ahead lives its lifetime from first sight", () => {
    if (!isGrant(record)) throw new Error("expected a grant");
    expect(believable(record, firstSeen(0), timings).access.expiresAt).toBe(now + hour);
    expect(believable(record, firstSeen(59 * minute), timings).access.expiresAt).toBe(now + minute);
  });

  it.each([
    ["a lease", { name: "refreshing", lease: { id: "l", startedAt: now + ahead, until: now + ahead + 45_000 } }, 45_000],
    ["a lease longer than any", { name: "refreshing", lease: { id: "l", startedAt: now, until: now + day } }, 45_000],
    ["a backoff", { name: "backoff", retryAt: now + ahead, cause: "throttled" }, minute],
    ["a suspicion", { name: "suspect", until: now + ahead }, 10 * minute],
  ] as const)("F-007 %s from a clock two hours ahead ends after its own maximum", (_, phase, maximumMs) => {
    if (!isGrant(record)) throw new Error("expected a grant");
    const dead = { ...record, access: { ...record.access, rejected: true }, phase };
    const decided = (watchedMs: number) =>
      decide(believable(dead, firstSeen(watchedMs), timings), now, { minValidMs: 0, waited: false, pausedUntil: 0, timings }).action;
    expect(decided(maximumMs - 1)).not.toBe("refresh");
    expect(decided(maximumMs)).toBe("refresh");
  });
});
