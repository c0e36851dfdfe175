import { describe, expect, it } from "vitest";
import type { GrantEvent } from "../../src/machine/events.js";
import { type Grant, type GrantRecord, isGrant, type Phase, type Tombstone } from "../../src/machine/grant.js";
import { leadsTo } from "../../src/machine/table.js";
import { transition } from "../../src/machine/transition.js";
import {
  access,
  ambiguous,
  authorized,
  day,
  grant,
  hour,
  lease,
  minute,
  now,
  phases,
  refreshed,
  refreshFailed,
  session,
  terminal,
  timings,
} from "./fixtures.js";

const after = (record: GrantRecord, event: GrantEvent): Grant => {
  const next = transition(record, event);
  if (!isGrant(next)) throw new Error("expected a grant");
  return next;
};
const claim = (more: Partial<Extract<GrantEvent, { type: "refreshStarted" }>> = {}): GrantEvent => ({
  type: "refreshStarted",
  lease: { id: "lease-2", startedAt: now, until: now + 45_000 },
  takesOver: null,
  ...more,
});
const signedOut = (id = "session-1"): GrantEvent => ({ type: "signedOut", session: id, now, timings });
const closed = (keep: string | null = null): GrantEvent => ({ type: "closed", id: `close-${keep}`, reason: "disconnect", keep, now });
const seen: GrantEvent = { type: "seen", session: "session-1", now };
const retried: GrantEvent = { type: "retried", now };
const rejected: GrantEvent = { type: "rejected", access: "access-1", now, timings };
const tombstone: Tombstone = { v: 1, reason: "logout", closedAt: null, closedBy: null, until: now + 10 * minute };

describe("transition, every event in every phase", () => {
  const events: Record<GrantEvent["type"], GrantEvent> = {
    authorized: authorized(),
    seen,
    warned: { type: "warned", consent: "consent-1", days: 30 },
    renewalTried: { type: "renewalTried", id: "renewal-1", consent: "consent-1", now },
    signedOut: signedOut(),
    closed: closed(),
    retried,
    refreshStarted: claim({ takesOver: lease.id }),
    refreshed: refreshed(),
    refreshFailed: refreshFailed(ambiguous),
    rejected,
  };
  const becomes: Record<GrantEvent["type"], Record<Phase["name"], Phase["name"] | "closed" | "same">> = {
    authorized: { active: "active", refreshing: "active", backoff: "active", suspect: "active", reauthorize: "active" },
    seen: { active: "active", refreshing: "refreshing", backoff: "backoff", suspect: "suspect", reauthorize: "reauthorize" },
    warned: { active: "active", refreshing: "refreshing", backoff: "backoff", suspect: "suspect", reauthorize: "reauthorize" },
    renewalTried: { active: "active", refreshing: "refreshing", backoff: "backoff", suspect: "suspect", reauthorize: "reauthorize" },
    signedOut: { active: "closed", refreshing: "closed", backoff: "closed", suspect: "closed", reauthorize: "closed" },
    closed: { active: "closed", refreshing: "closed", backoff: "closed", suspect: "closed", reauthorize: "closed" },
    retried: { active: "same", refreshing: "same", backoff: "same", suspect: "same", reauthorize: "backoff" },
    refreshStarted: { active: "refreshing", refreshing: "refreshing", backoff: "refreshing", suspect: "refreshing", reauthorize: "same" },
    refreshed: { active: "active", refreshing: "active", backoff: "active", suspect: "active", reauthorize: "active" },
    refreshFailed: { active: "same", refreshing: "backoff", backoff: "same", suspect: "same", reauthorize: "same" },
    rejected: { active: "active", refreshing: "refreshing", backoff: "backoff", suspect: "suspect", reauthorize: "reauthorize" },
  };
  const rows = (Object.keys(events) as GrantEvent["type"][]).flatMap((type) =>
    (Object.keys(phases) as Phase["name"][]).map((phase) => ({ type, phase, outcome: becomes[type][phase] })),
  );

  it("has eleven events and five phases", () => {
    expect(rows).toHaveLength(55);
  });

  it.each(rows)("$type while $phase: $outcome", ({ type, phase, outcome }) => {
    const before = grant({ phase: phases[phase] });
    const next = transition(before, events[type]);
    if (outcome === "same") {
      expect(next).toBe(before);
      return;
    }
    expect(next).not.toBe(before);
    const name = isGrant(next) ? next.phase.name : "closed";
    expect(name).toBe(outcome);
    expect(leadsTo[type][phase]).toContain(name);
    expect(transition(next, events[type])).toBe(next);
  });

  it.each(rows)("$type never applies to nothing or to a tombstone, unless it makes something ($phase)", ({ type }) => {
    for (const record of [null, tombstone]) {
      const next = transition(record, events[type]);
      if (type === "authorized") expect(isGrant(next)).toBe(true);
      else if (type === "closed") expect(next).toMatchObject({ reason: "disconnect", closedAt: now });
      else expect(next).toBe(record);
    }
  });

  it("keeps what it does not know", () => {
    const before = { ...grant(), fromTheFuture: "kept" } as Grant;
    for (const event of [authorized(), seen, refreshed(), rejected, claim()]) expect(transition(before, event)).toHaveProperty("fromTheFuture", "kept");
  });
});

describe("authorized", () => {
  it("brings tokens, scopes, consent and a session, and clears trouble", () => {
    const before = grant({ phase: phases.reauthorize, trouble: { attempts: 3, unsettled: true, probing: true } });
    const next = after(before, authorized());
    expect(next).toMatchObject({
      refresh: { token: "AQ-new", lineage: "lineage-new", reusable: false },
      trouble: { attempts: 0, unsettled: false, probing: false },
    });
    expect(next.scopes).toEqual(["user-top-read", "user-read-private"]);
    expect(next.sessions.map(({ id }) => id)).toEqual(["session-new", "session-1"]);
  });

  it("S-051 puts the new session in the place of the one this browser had", () => {
    expect(after(grant(), authorized({ replaces: "session-1" })).sessions.map(({ id }) => id)).toEqual(["session-new"]);
  });

  it("keeps twenty sessions and drops the least recently seen", () => {
    const sessions = Array.from({ length: 20 }, (_, index) => session(`old-${index}`, { seenAt: now - 100_000 + index }));
    const ids = after(grant({ sessions }), authorized()).sessions.map(({ id }) => id);
    expect(ids).toHaveLength(20);
    expect(ids).toContain("session-new");
    expect(ids).not.toContain("old-0");
    expect(ids).toContain("old-1");
  });

  it("F-007 keeps the session that begins by a clock two hours behind, also as the twenty-first", () => {
    const sessions = Array.from({ length: 20 }, (_, index) => session(`old-${index}`, { seenAt: now - index }));
    const begunAt = now - 2 * hour;
    const ids = after(grant({ sessions }), authorized({ session: session("session-new", { createdAt: begunAt, seenAt: begunAt }) })).sessions.map(
      ({ id }) => id,
    );
    expect(ids).toHaveLength(20);
    expect(ids).toContain("session-new");
    expect(ids).not.toContain("old-19");
  });

  it("E: a slower callback of an older consent only adds its session", () => {
    const newer = after(grant(), authorized({ authorizedAt: now }));
    const older = authorized({ authorizedAt: now - 1, lineage: "lineage-old", access: access(hour, { id: "access-old" }), session: session("session-old") });
    const next = after(newer, older);
    expect(next.sessions.map(({ id }) => id)).toContain("session-old");
    expect({ ...next, sessions: [] }).toEqual({ ...newer, sessions: [] });
  });

  it("F-007 a consent that Spotify was asked for after another was stored is the later one, whatever the clocks say; with a third between them they decide", () => {
    const first = after(grant(), authorized({ authorizedAt: now }));
    const step = authorized({ authorizedAt: now - minute, follows: first.consent.id, lineage: "lineage-step", session: session("session-step") });
    expect(after(first, step).refresh.lineage).toBe("lineage-step");
    const third = after(first, authorized({ authorizedAt: now + 1, lineage: "lineage-third", session: session("session-third") }));
    expect(after(third, step).refresh.lineage).toBe("lineage-third");
  });

  it("an older consent counts when the newer one is of no use any more", () => {
    const dead = { ...after(grant(), authorized({ authorizedAt: now })), phase: phases.reauthorize };
    expect(after(dead, authorized({ authorizedAt: now - 1, lineage: "other", session: session("session-other") })).phase.name).toBe("active");
  });

  it("takes a consent from a slow clock for what it is: the latest", () => {
    const ahead = after(grant(), authorized({ authorizedAt: now + 2 * hour }));
    expect(after(ahead, authorized({ lineage: "lineage-3", session: session("session-3") })).refresh.lineage).toBe("lineage-3");
  });

  it("F: a sign-in begun before a disconnect fails, one begun after it does not", () => {
    const gone = transition(grant(), closed());
    expect(transition(gone, authorized({ begunAt: now - 1 }))).toBe(gone);
    expect(isGrant(transition(gone, authorized({ begunAt: now + 1 })))).toBe(true);
  });

  it("F: a sign-in begun before a disconnect fails even after another sign-in", () => {
    const again = after(transition(grant(), closed()), authorized({ begunAt: now + 1 }));
    expect(transition(again, authorized({ begunAt: now - 1, lineage: "x", session: session("x") }))).toBe(again);
    const loggedOut = transition(again, signedOut("session-new"));
    expect(transition(loggedOut, authorized({ begunAt: now - 1 }))).toBe(loggedOut);
  });

  it("a plain logout does not bar another tab's sign-in", () => {
    expect(isGrant(transition(transition(grant(), signedOut()), authorized({ begunAt: now - 1 })))).toBe(true);
  });

  it("another Spotify account is never a silent switch", () => {
    const before = grant();
    expect(transition(before, authorized({ user: { id: "account-2", spotifyId: "bob" } }))).toBe(before);
  });

  const bob = { id: "account-2", spotifyId: "bob" };

  it("another Spotify account takes the place of the first where the user said so, and nothing of that is left", () => {
    const spent = { phase: phases.refreshing, trouble: { attempts: 2, unsettled: true, probing: true } };
    const before = grant({
      ...spent,
      sessions: [],
      consent: { id: "consent-1", signedInAt: now - day, warnedDays: 7, renewal: { id: "renewal-1", triedAt: now } },
    });
    const next = after(before, authorized({ user: bob, session: null, replacesUser: true }));
    expect(next).toEqual(after(null, authorized({ user: bob, session: null, replacesUser: true })));
    expect(after(before, authorized({ session: null, replacesUser: true })).user).toEqual(before.user);
  });

  it("whatever was on its way for the account that was replaced is too late", () => {
    const next = after(grant({ phase: phases.refreshing, sessions: [] }), authorized({ user: bob, session: null, replacesUser: true }));
    const late: GrantEvent[] = [
      refreshed(),
      refreshed({ refreshToken: "AQ-rotated" }),
      refreshFailed(terminal),
      refreshFailed(ambiguous),
      rejected,
      { type: "warned", consent: "consent-1", days: 7 },
      { type: "renewalTried", id: "renewal-2", consent: "consent-1", now },
    ];
    for (const event of late) expect(transition(next, event)).toBe(next);
  });

  it("without a session is there once, however often it is applied: over a refresh, over a later consent, over the same token given twice", () => {
    const first = authorized({ session: null });
    const linked = after(null, first);
    const later = { authorizedAt: first.authorizedAt + 1, id: "consent-later", access: access(hour, { id: "access-later", token: "BQ-later" }) };
    const since: GrantEvent[][] = [
      [refreshed({ from: first.lineage, refreshToken: "AQ-rotated" })],
      [authorized({ ...later, session: null, lineage: "lineage-later" })],
      [authorized({ ...later, session: null })],
      [authorized({ ...later, session: null }), refreshed({ from: first.lineage, refreshToken: "AQ-rotated" })],
      [closed()],
    ];
    for (const events of since) {
      const stands = events.reduce<GrantRecord>(transition, linked);
      expect(stands).not.toBe(linked);
      expect(transition(stands, first)).toBe(stands);
    }
  });

  it("is as old as its own answer, also where the token stayed the same: an older one only adds its session", () => {
    const same = authorized({ refreshToken: "AQ-1", session: null });
    const next = after(grant({ sessions: [] }), same);
    expect(next).toMatchObject({ authorizedAt: now - 30 * day, refresh: { lineage: "lineage-1" }, consent: { signedInAt: same.authorizedAt } });
    const older = authorized({ id: "consent-older", authorizedAt: same.authorizedAt - 1, refreshToken: "AQ-older" });
    expect(after(next, older)).toEqual({ ...next, sessions: [older.session] });
  });

  it("works where the app's own account is the login: no session", () => {
    const next = after(null, authorized({ session: null }));
    expect(next.sessions).toEqual([]);
    expect(transition(next, authorized({ session: null }))).toBe(next);
  });
});

describe("sessions", () => {
  it("seen touches neither phase nor tokens, and never goes back", () => {
    const before = grant({ phase: phases.backoff });
    const next = after(before, seen);
    expect({ ...next, sessions: before.sessions }).toEqual(before);
    expect(next.sessions[0]?.seenAt).toBe(now);
    expect(transition(next, { type: "seen", session: "session-1", now: now - 1 })).toBe(next);
  });

  it("S-053 the last living session closes the grant: nothing of the tokens is left", () => {
    const gone = transition(grant(), signedOut());
    expect(gone).toEqual({ v: 1, reason: "logout", closedAt: null, closedBy: null, until: now + 15 * minute });
  });

  it("another living session keeps it; one that is over does not", () => {
    expect(after(grant({ sessions: [session("session-1"), session("session-2")] }), signedOut()).sessions).toHaveLength(1);
    expect(isGrant(transition(grant({ sessions: [session("session-1"), session("old", { expiresAt: now })] }), signedOut()))).toBe(false);
    expect(isGrant(transition(grant({ sessions: [session("session-1"), session("idle", { seenAt: now - 31 * day })] }), signedOut()))).toBe(false);
  });

  it("an unknown session signs nobody out", () => {
    const before = grant();
    expect(transition(before, signedOut("unknown"))).toBe(before);
  });

  it("S-054 signOut can keep the current session, and bars sign-ins begun before", () => {
    const kept = after(grant({ sessions: [session("session-1"), session("session-2")] }), closed("session-1"));
    expect(kept.sessions.map(({ id }) => id)).toEqual(["session-1"]);
    expect(kept.refresh.token).toBe("AQ-1");
    expect(transition(kept, authorized({ begunAt: now - 1 }))).toBe(kept);
  });

  it("F: closing leaves a tombstone even where nothing was", () => {
    expect(transition(null, closed())).toEqual({ v: 1, reason: "disconnect", closedAt: now, closedBy: "close-null", until: now + 15 * minute });
  });

  it("F: a signOut that is applied late does not lift the bar of a disconnect that came after it", () => {
    const late: GrantEvent = { type: "closed", id: "close-other", reason: "signOut", keep: null, now: now - 1_000 };
    const gone = transition(transition(grant(), closed()), late);
    expect(gone).toMatchObject({ closedAt: now });
    expect(transition(gone, authorized({ begunAt: now - 500 }))).toBe(gone);
    const kept = after(after(grant(), { type: "closed", id: "close-other", reason: "signOut", keep: "session-1", now }), { ...late, keep: "session-1" });
    expect(kept.closedAt).toBe(now);
  });

  it("a disconnect by a slow clock counts all the same", () => {
    const ahead = after(transition(grant(), { type: "closed", id: "close-other", reason: "signOut", keep: null, now: now + 2 * hour }), authorized());
    const gone = transition(ahead, closed());
    expect(gone).toMatchObject({ reason: "disconnect", closedAt: now });
  });

  it("two of one moment are two: the second is not taken for the first applied again", () => {
    const two = grant({ sessions: [session("session-1"), session("session-2")] });
    const kept = after(two, closed("session-1"));
    expect(transition(kept, closed("session-1"))).toBe(kept);
    expect(after(kept, closed("session-2")).sessions).toEqual([]);
    expect(transition(kept, closed())).toMatchObject({ reason: "disconnect", closedAt: now });
  });

  it("a disconnect applied again does not end what was authorized after it", () => {
    const again = after(transition(grant(), closed()), authorized({ begunAt: now + 1 }));
    expect(transition(again, closed())).toBe(again);
  });
});

describe("refreshStarted", () => {
  it("A: one's own claim leaves no mark", () => {
    expect(after(grant(), claim()).trouble.unsettled).toBe(false);
  });

  it("only taking over a lease marks the token as perhaps spent", () => {
    expect(after(grant({ phase: phases.refreshing }), claim({ takesOver: "lease-1" })).trouble.unsettled).toBe(true);
  });

  it("takes no lease but the one it was told is over", () => {
    const before = grant({ phase: phases.refreshing });
    expect(transition(before, claim())).toBe(before);
    expect(transition(before, claim({ takesOver: "another" }))).toBe(before);
  });

  it("from suspect it is the probe", () => {
    expect(after(grant({ phase: phases.suspect }), claim()).trouble.probing).toBe(true);
  });
});

describe("refreshed", () => {
  const troubled = { attempts: 2, unsettled: true, probing: true };

  it("keeps the refresh token when none came, and replaces it at once when one did", () => {
    const kept = after(grant({ trouble: troubled }), refreshed());
    expect(kept.refresh).toEqual({ token: "AQ-1", lineage: "lineage-1", reusable: true });
    expect(kept.trouble).toEqual({ attempts: 0, unsettled: false, probing: false });
    const rotated = after(grant(), refreshed({ refreshToken: "AQ-2" }));
    expect(rotated.refresh).toEqual({ token: "AQ-2", lineage: "lineage-2", reusable: false });
  });

  it("an echoed refresh token is not a rotation", () => {
    expect(after(grant(), refreshed({ refreshToken: "AQ-1" })).refresh).toEqual({ token: "AQ-1", lineage: "lineage-1", reusable: true });
  });

  it("S-022 scopes: absent means unchanged, present replaces", () => {
    expect(after(grant(), refreshed()).scopes).toEqual(["user-top-read"]);
    expect(after(grant(), refreshed({ scopes: [] })).scopes).toEqual([]);
  });

  it.each(Object.entries(phases))("J: commits by lineage alone, whoever holds the lease (%s)", (_, phase) => {
    const next = after(grant({ phase }), refreshed({ refreshToken: "AQ-2" }));
    expect(next).toMatchObject({ phase: { name: "active" }, refresh: { token: "AQ-2" } });
  });

  it("of another lineage it counts for nothing", () => {
    const before = grant();
    expect(transition(before, refreshed({ from: "lineage-0" }))).toBe(before);
  });

  it("B: without a new refresh token an older success does not go over a newer one", () => {
    const newer = after(grant(), refreshed({ access: access(hour, { id: "access-3", sentAt: now }) }));
    const leased = { ...newer, phase: phases.refreshing };
    expect(transition(leased, refreshed({ access: access(hour, { id: "access-2", sentAt: now - 1 }) }))).toBe(leased);
  });

  it.each(["suspect", "reauthorize"] as const)("B: an older success clears the verdict and nothing else (%s)", (name) => {
    const before = grant({ access: access(hour, { id: "access-3", sentAt: now }), phase: phases[name] });
    const next = after(before, refreshed({ access: access(hour, { id: "access-2", sentAt: now - 1 }) }));
    expect(next).toEqual({ ...before, phase: { name: "active" } });
  });

  it("C: applied again after another claim, it changes nothing", () => {
    const done = after(grant(), refreshed());
    const claimed = after(done, claim());
    expect(transition(claimed, refreshed())).toBe(claimed);
  });
});

describe("refreshFailed", () => {
  const running = (more: Partial<Grant> = {}): Grant => grant({ phase: phases.refreshing, ...more });

  it.each(["notSent", "throttled", "misconfigured", "ambiguous"] as const)("%s backs off", (kind) => {
    const next = after(running(), refreshFailed({ kind, floorMs: 0 }));
    expect(next.phase).toEqual({ name: "backoff", retryAt: now + 500, cause: kind });
    expect(next.trouble).toEqual({ attempts: 1, unsettled: kind === "ambiguous", probing: false });
  });

  it.each([
    [0, 500],
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [6, 30_000],
    [60, 30_000],
  ])("after %i failures the full-jitter delay at a draw of one half is %i ms", (attempts, delayMs) => {
    const next = after(running({ trouble: { attempts, unsettled: false, probing: false } }), refreshFailed(ambiguous));
    expect(next.phase).toMatchObject({ retryAt: now + delayMs });
  });

  it("Retry-After is the floor, up to a minute: longer pauses are the client's, not the grant's", () => {
    expect(after(running(), refreshFailed({ kind: "throttled", floorMs: 7_000 })).phase).toMatchObject({ retryAt: now + 7_000 });
    expect(after(running(), refreshFailed({ kind: "throttled", floorMs: 86_400_000 })).phase).toMatchObject({ retryAt: now + minute });
  });

  it.each(["notSent", "throttled", "misconfigured"] as const)("%s leaves an unsettled token as it was", (kind) => {
    const before = running({ trouble: { attempts: 1, unsettled: true, probing: false } });
    expect(after(before, refreshFailed({ kind, floorMs: 0 })).trouble.unsettled).toBe(true);
  });

  it("A: invalid_grant on a clean attempt is a verdict", () => {
    expect(after(running(), refreshFailed(terminal)).phase).toEqual({ name: "reauthorize", since: now, reason: "revoked" });
  });

  it("D: the verdict scrubs nothing and ends no session", () => {
    const before = running();
    const next = after(before, refreshFailed(terminal));
    expect(next.refresh).toEqual(before.refresh);
    expect(next.sessions).toEqual(before.sessions);
  });

  it.each([
    ["the lease was taken over", { trouble: { attempts: 0, unsettled: true, probing: false } }, terminal],
    ["an attempt under the same lease ended unknown", {}, { kind: "terminal", afterUnknown: true }],
  ] as const)("invalid_grant after an unknown outcome is suspect: %s", (_, of, failure) => {
    const next = after(running({ ...of, access: access(-1) }), refreshFailed(failure));
    expect(next.phase).toEqual({ name: "suspect", until: now + minute });
    expect(next.trouble.unsettled).toBe(true);
  });

  it.each([
    ["a living token is used first", 5 * minute, 4 * minute],
    ["at most ten minutes", 50 * minute, 10 * minute],
    ["at least one minute", 30_000, minute],
    ["a token from a clock that is two hours ahead says nothing", 3 * hour, minute],
  ])("suspect: %s", (_, leftMs, untilMs) => {
    const before = running({ access: access(leftMs), trouble: { attempts: 0, unsettled: true, probing: false } });
    expect(after(before, refreshFailed(terminal)).phase).toEqual({ name: "suspect", until: now + untilMs });
  });

  it("A: invalid_grant on the probe is final", () => {
    const before = running({ trouble: { attempts: 1, unsettled: true, probing: true } });
    expect(after(before, refreshFailed(terminal)).phase).toMatchObject({ name: "reauthorize", reason: "lostRotation" });
    const reusable = running({ trouble: { attempts: 1, unsettled: true, probing: true }, refresh: { token: "AQ-1", lineage: "lineage-1", reusable: true } });
    expect(after(reusable, refreshFailed(terminal)).phase).toMatchObject({ name: "reauthorize", reason: "revoked" });
  });

  it.each(["notSent", "throttled", "misconfigured", "ambiguous"] as const)("%s on the probe returns to suspect, never to backoff", (kind) => {
    const before = running({ access: access(-1), trouble: { attempts: 1, unsettled: true, probing: true } });
    expect(after(before, refreshFailed({ kind, floorMs: 0 })).phase).toEqual({ name: "suspect", until: now + minute });
  });

  it("after six months the reason is that they are over", () => {
    expect(after(running({ reauthorizeBy: now }), refreshFailed(terminal)).phase).toMatchObject({ reason: "expired" });
    expect(after(running({ reauthorizeBy: now + 1 }), refreshFailed(terminal)).phase).toMatchObject({ reason: "revoked" });
  });

  it.each([
    ["of another lease", refreshFailed(terminal, { lease: "lease-2" })],
    ["of another lineage", refreshFailed(terminal, { from: "lineage-0" })],
  ])("K: a failure %s counts for nothing", (_, event) => {
    const before = running();
    expect(transition(before, event)).toBe(before);
  });
});

describe("rejected and retried", () => {
  it.each([
    ["30 seconds old", hour, 30_000, true],
    ["a little younger", hour, 29_999, false],
    ["half a short lifetime old", 4_000, 2_000, true],
    ["less than half a short lifetime old", 4_000, 1_999, false],
    ["sent in the future, by a faster clock", hour, -1, true],
  ])("an access token %s", (_, lifetimeMs, ageMs, counts) => {
    const before = grant({
      access: { ...access(0), sentAt: now - ageMs, expiresAt: now - ageMs + lifetimeMs },
      phase: phases.backoff,
      trouble: { attempts: 3, unsettled: true, probing: false },
    });
    const next = transition(before, rejected);
    if (counts) expect(next).toEqual({ ...before, access: { ...before.access, rejected: true } });
    else expect(next).toBe(before);
  });

  it("a 401 counts only against the token it was sent with", () => {
    const before = grant();
    expect(transition(before, { type: "rejected", access: "access-0", now, timings })).toBe(before);
  });

  it("D: retried gives the quarantined token one more try, and a second verdict stands", () => {
    const back = after(grant({ phase: phases.reauthorize, access: access(-1) }), retried);
    expect(back.phase).toEqual({ name: "backoff", retryAt: now, cause: "retried" });
    const again = after(after(back, claim()), refreshFailed(terminal, { lease: "lease-2" }));
    expect(again.phase.name).toBe("reauthorize");
    expect(after(after(back, claim()), refreshed()).phase.name).toBe("active");
  });
});
