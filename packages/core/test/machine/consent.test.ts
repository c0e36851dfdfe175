import { describe, expect, it } from "vitest";
import { dueWarning, isRenewable, isRenewalDue } from "../../src/machine/consent.js";
import type { GrantEvent } from "../../src/machine/events.js";
import { type Consent, type Grant, isGrant } from "../../src/machine/grant.js";
import { transition } from "../../src/machine/transition.js";
import { access, authorized, day, grant, hour, minute, now, phases, session, timings } from "./fixtures.js";

const second = 1_000;
const untouched: Consent = { id: "consent-1", signedInAt: now - day, warnedDays: null, renewal: null };
const tried = (agoMs: number): Partial<Consent> => ({ renewal: { id: "renewal-1", triedAt: now - agoMs } });

/** A grant whose consent ends so much later than now. */
function ending(inMs: number, consent: Partial<Consent> = {}, phase: Grant["phase"] = phases.active): Grant {
  return grant({ reauthorizeBy: now + inMs, consent: { ...untouched, ...consent }, phase });
}

const after = (before: Grant, event: GrantEvent): Grant => {
  const next = transition(before, event);
  if (!isGrant(next)) throw new Error("expected a grant");
  return next;
};

describe("the end of a consent, by the time that is left", () => {
  it.each([
    [31 * day, null, false, false],
    [30 * day + second, null, false, false],
    [30 * day + 1, null, false, false],
    [30 * day, 30, true, false],
    [30 * day - second, 30, true, false],
    [7 * day + second, 30, true, false],
    [7 * day + 1, 30, true, false],
    [7 * day, 7, true, true],
    [7 * day - second, 7, true, true],
    [second, 7, true, true],
    [0, 7, true, true],
    [-second, 7, true, true],
    [-6 * day, 7, true, true],
  ] as const)("%s ms: warning %s, renewable %s, renewed by a navigation %s", (leftMs, warning, renewable, due) => {
    const here = ending(leftMs);
    expect(dueWarning(here, now)).toBe(warning);
    expect(isRenewable(here, now)).toBe(renewable);
    expect(isRenewalDue(here, now, timings)).toBe(due);
  });

  it.each([
    ["8 days", 8 * day, [30, 30, 30]],
    ["30 days and an hour", 30 * day + hour, [null, null, 30]],
    ["30 days", 30 * day, [null, 30, 30]],
    ["7 days and an hour", 7 * day + hour, [30, 30, 7]],
    ["7 days", 7 * day, [30, 7, 7]],
  ] as const)("F-007 clocks two hours behind, right and two hours ahead, with %s left", (_, leftMs, warnings) => {
    expect([-2 * hour, 0, 2 * hour].map((offMs) => dueWarning(ending(leftMs), now + offMs))).toEqual(warnings);
  });

  it("is warned of once 30 days ahead and once 7 days ahead, whichever is asked first", () => {
    expect(dueWarning(ending(20 * day, { warnedDays: 30 }), now)).toBeNull();
    expect(dueWarning(ending(6 * day, { warnedDays: 30 }), now)).toBe(7);
    expect(dueWarning(ending(6 * day, { warnedDays: 7 }), now)).toBeNull();
    // By a clock that is behind the one that gave the nearer warning.
    expect(dueWarning(ending(8 * day, { warnedDays: 7 }), now)).toBeNull();
  });

  it("needs neither warning nor renewal once Spotify has ended it; whoever signs in again renews it", () => {
    const ended = ending(-day, {}, phases.reauthorize);
    expect([dueWarning(ended, now), isRenewalDue(ended, now, timings), isRenewable(ended, now)]).toEqual([null, false, true]);
    expect(isRenewable(ending(150 * day, {}, phases.reauthorize), now)).toBe(true);
  });

  it("is renewed as far ahead as the option says", () => {
    const due = (leftMs: number, renewAheadMs: number): boolean => isRenewalDue(ending(leftMs), now, { ...timings, renewAheadMs });
    expect([due(hour, hour), due(hour + 1, hour), due(0, 0), due(1, 0)]).toEqual([true, false, true, false]);
  });

  it.each([
    ["a moment", 1, false],
    ["a day but a second", day - second, false],
    ["a day", day, true],
    ["two hours from now, by a clock that is ahead", -2 * hour, false],
    ["a day from now, by a clock that is out of its mind", -day, true],
  ])("is tried again when %s has passed since the last try: %s ms, %s", (_, agoMs, due) => {
    const here = ending(day, tried(agoMs));
    expect(isRenewalDue(here, now, timings)).toBe(due);
    const next = after(here, { type: "renewalTried", id: "renewal-2", consent: "consent-1", now });
    expect(next.consent.renewal?.id).toBe(due ? "renewal-2" : "renewal-1");
  });
});

describe("warned", () => {
  const warned = (days: 30 | 7, consent = "consent-1"): GrantEvent => ({ type: "warned", consent, days });

  it("goes from the farther to the nearer and never back", () => {
    const far = after(ending(20 * day), warned(30));
    expect(far).toEqual({ ...ending(20 * day), consent: { ...untouched, warnedDays: 30 } });
    expect(transition(far, warned(30))).toBe(far);
    const near = after(far, warned(7));
    expect(near.consent.warnedDays).toBe(7);
    expect(transition(near, warned(30))).toBe(near);
  });

  it("of another consent it counts for nothing: this one was renewed meanwhile", () => {
    const before = ending(20 * day);
    expect(transition(before, warned(30, "consent-0"))).toBe(before);
  });
});

describe("renewalTried", () => {
  const renewalTried = (id: string, consent = "consent-1", at = now): GrantEvent => ({ type: "renewalTried", id, consent, now: at });

  it("of several at the same moment one is sent: the grant shows which", () => {
    const first = after(ending(day), renewalTried("renewal-1"));
    expect(first).toEqual({ ...ending(day), consent: { ...untouched, renewal: { id: "renewal-1", triedAt: now } } });
    expect(transition(first, renewalTried("renewal-2"))).toBe(first);
    expect(transition(first, renewalTried("renewal-1"))).toBe(first);
  });

  it("of another consent it counts for nothing: this one is new", () => {
    const before = ending(day);
    expect(transition(before, renewalTried("renewal-1", "consent-0"))).toBe(before);
  });
});

describe("authorized, in the last days of a consent", () => {
  const before = ending(3 * day, { warnedDays: 7, ...tried(minute) });

  it("with another refresh token: six months begin anew, and so do warnings and tries", () => {
    const next = after(before, authorized());
    expect(next).toMatchObject({ authorizedAt: now - 500, reauthorizeBy: now + 182 * day, refresh: { token: "AQ-new", lineage: "lineage-new" } });
    expect(next.consent).toEqual({ id: "consent of lineage-new", signedInAt: now - 500, warnedDays: null, renewal: null });
  });

  it("with the refresh token there was, nothing was granted anew: the six months go on, nobody is warned twice or sent twice in a day", () => {
    const next = after(before, authorized({ refreshToken: "AQ-1" }));
    expect(next).toMatchObject({ authorizedAt: before.authorizedAt, reauthorizeBy: before.reauthorizeBy, refresh: before.refresh });
    expect(next.consent).toEqual({ ...before.consent, id: "consent of lineage-new", signedInAt: now - 500 });
    expect([dueWarning(next, now), isRenewalDue(next, now, timings)]).toEqual([null, false]);
    // What did come is used: the access token, the scopes, the session.
    expect(next).toMatchObject({ access: { id: "access-new" }, scopes: ["user-top-read", "user-read-private"] });
    expect(next.sessions.map(({ id }) => id)).toContain("session-new");
  });

  it("with the refresh token there was, a refresh under way still counts", () => {
    const next = after({ ...before, phase: phases.refreshing }, authorized({ refreshToken: "AQ-1" }));
    const late = after(next, {
      type: "refreshed",
      from: "lineage-1",
      access: access(hour, { id: "access-late", sentAt: now + 1 }),
      refreshToken: "AQ-rotated",
      lineage: "lineage-rotated",
      scopes: null,
    });
    expect(late.refresh.token).toBe("AQ-rotated");
  });

  it("applied again it changes nothing, and a note about the consent before it counts for nothing", () => {
    for (const refreshToken of ["AQ-1", "AQ-new"]) {
      const event = authorized({ refreshToken, session: session("session-new") });
      const next = after(before, event);
      expect(transition(next, event)).toBe(next);
      expect(transition(next, { type: "warned", consent: "consent-1", days: 7 })).toBe(next);
      expect(transition(next, { type: "renewalTried", id: "renewal-2", consent: "consent-1", now: now + 2 * day })).toBe(next);
    }
  });
});
