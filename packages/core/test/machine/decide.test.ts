import { describe, expect, it } from "vitest";
import { decide, type Decision, type Need } from "../../src/machine/decide.js";
import type { Grant, Phase } from "../../src/machine/grant.js";
import { decisions, type Life, type Situation } from "../../src/machine/table.js";
import { access, grant, hour, lease, minute, now, phases, timings } from "./fixtures.js";

const need: Need = { minValidMs: 0, waited: false, pausedUntil: 0, timings };
const asked = (of: Partial<Grant>, more: Partial<Need> = {}): Decision => decide(grant(of), now, { ...need, ...more });

const lives: Record<Life, Grant["access"]> = {
  fresh: access(30 * minute),
  aging: access(5 * minute),
  expiring: access(3_000),
  dead: access(-1),
};
const over: Phase = { name: "refreshing", lease: { ...lease, until: now } };
const situations: Record<Situation, Phase> = {
  active: phases.active,
  refreshing: phases.refreshing,
  leaseOver: over,
  backoff: phases.backoff,
  backoffOver: { name: "backoff", retryAt: now, cause: "ambiguous" },
  suspect: phases.suspect,
  suspectOver: { name: "suspect", until: now },
};

describe("decide, every cell of the table", () => {
  const expected: Record<Life, Record<Situation | "reauthorize", Decision["action"]>> = {
    fresh: {
      active: "use",
      refreshing: "use",
      leaseOver: "use",
      backoff: "use",
      backoffOver: "use",
      suspect: "use",
      suspectOver: "use",
      reauthorize: "reauthorize",
    },
    aging: {
      active: "useAndRefresh",
      refreshing: "use",
      leaseOver: "useAndRefresh",
      backoff: "use",
      backoffOver: "useAndRefresh",
      suspect: "use",
      suspectOver: "use",
      reauthorize: "reauthorize",
    },
    expiring: {
      active: "refresh",
      refreshing: "wait",
      leaseOver: "refresh",
      backoff: "unavailable",
      backoffOver: "refresh",
      suspect: "unavailable",
      suspectOver: "refresh",
      reauthorize: "reauthorize",
    },
    dead: {
      active: "refresh",
      refreshing: "wait",
      leaseOver: "refresh",
      backoff: "unavailable",
      backoffOver: "refresh",
      suspect: "unavailable",
      suspectOver: "refresh",
      reauthorize: "reauthorize",
    },
  };
  const phaseOf = { ...situations, reauthorize: phases.reauthorize };
  const rows = (Object.keys(expected) as Life[]).flatMap((life) =>
    (Object.keys(phaseOf) as (Situation | "reauthorize")[]).map((situation) => ({ life, situation, action: expected[life][situation] })),
  );

  it("has four lives and eight situations", () => {
    expect(rows).toHaveLength(32);
  });

  it.each(rows)("$life token, $situation: $action", ({ life, situation, action }) => {
    expect(decisions[life][situation]).toBe(action);
    expect(asked({ access: lives[life], phase: phaseOf[situation], refresh: { token: "AQ-1", lineage: "lineage-1", reusable: true } }).action).toBe(action);
  });

  it("counts a rejected token as dead, however young", () => {
    expect(asked({ access: access(50 * minute, { rejected: true }) }).action).toBe("refresh");
  });
});

describe("decide, at the edges of time", () => {
  it.each([
    ["one millisecond before refreshAfter", access(7 * minute + 1), "use"],
    ["at refreshAfter", access(7 * minute), "useAndRefresh"],
    ["one millisecond before the hard margin", access(minute + 1), "useAndRefresh"],
    ["at the hard margin", access(minute), "refresh"],
    ["one millisecond before expiry", access(1), "refresh"],
    ["at expiry", access(0), "refresh"],
  ])("%s", (_, token, action) => {
    expect(asked({ access: token }).action).toBe(action);
  });

  it("keeps a 4-second token usable for 3.6 seconds", () => {
    const short = (leftMs: number): Grant["access"] => ({ ...access(leftMs), sentAt: now + leftMs - 4_000, refreshAfter: now + leftMs - 2_000 });
    expect(asked({ access: short(401) }).action).toBe("useAndRefresh");
    expect(asked({ access: short(400) }).action).toBe("refresh");
  });

  it("asks for no more life than half the lifetime, whatever the caller needs", () => {
    expect(asked({ access: access(31 * minute) }, { minValidMs: 10 * hour }).action).toBe("use");
    expect(asked({ access: access(30 * minute) }, { minValidMs: 10 * hour }).action).toBe("refresh");
    expect(asked({ access: access(9 * minute) }, { minValidMs: 10 * minute }).action).toBe("refresh");
  });

  it("takes a lease that is over from its holder, by its id", () => {
    expect(asked({ access: lives.dead, phase: over })).toEqual({ action: "refresh", takesOver: "lease-1" });
    expect(asked({ access: lives.dead })).toEqual({ action: "refresh", takesOver: null });
  });
});

describe("decide, where the token may be spent already", () => {
  const reusable = { token: "AQ-1", lineage: "lineage-1", reusable: true };
  const unsettled = { attempts: 1, unsettled: true, probing: false };

  it.each([
    ["a takeover of a token that rotates waits for the hard margin", { phase: over }, "use"],
    ["a takeover of a token that stays does not", { phase: over, refresh: reusable }, "useAndRefresh"],
    ["an unsettled token that rotates waits for the hard margin", { phase: situations.backoffOver, trouble: unsettled }, "use"],
    ["an unsettled token that stays does not", { phase: situations.backoffOver, trouble: unsettled, refresh: reusable }, "useAndRefresh"],
    ["a settled one does not either", { phase: situations.backoffOver }, "useAndRefresh"],
  ])("%s", (_, of, action) => {
    expect(asked({ access: lives.aging, ...of }).action).toBe(action);
  });

  it("inside the margin takes over even so", () => {
    expect(asked({ access: lives.expiring, phase: over }).action).toBe("refresh");
  });
});

describe("decide, a token that is not quite dead, rather than nothing", () => {
  const fair = access(5_000);
  it.each([
    ["while another refreshes: after the wait", { access: fair, phase: phases.refreshing }, false, "wait"],
    ["while another refreshes: after the wait", { access: fair, phase: phases.refreshing }, true, "use"],
    ["in backoff: at once", { access: fair, phase: phases.backoff }, false, "use"],
    ["when refreshing could not be begun", { access: fair }, true, "use"],
    ["when refreshing has not been tried: not yet", { access: fair }, false, "refresh"],
    ["suspect: at once", { access: fair, phase: phases.suspect }, false, "use"],
    ["with under 5 seconds left: not at all", { access: access(4_999), phase: phases.backoff }, false, "unavailable"],
    ["with under 5 seconds left: not at all", { access: access(4_999), phase: phases.refreshing }, true, "wait"],
    ["rejected: not at all", { access: access(5_000, { rejected: true }), phase: phases.backoff }, true, "unavailable"],
  ])("%s (%#)", (_, of, waited, action) => {
    expect(asked(of, { waited }).action).toBe(action);
  });
});

describe("decide, while Spotify refuses the whole client", () => {
  const pausedUntil = now + 33_000;
  it.each([
    ["active", phases.active],
    ["a lease is over", over],
    ["backoff is over", situations.backoffOver],
    ["a probe is due", situations.suspectOver],
  ])("%s: a dead token waits for the pause", (_, phase) => {
    expect(asked({ access: lives.dead, phase }, { pausedUntil })).toEqual({ action: "unavailable", retryAt: pausedUntil });
    expect(asked({ access: lives.aging, phase }, { pausedUntil }).action).toBe("use");
  });

  it("lets the longer of pause and backoff count", () => {
    expect(asked({ access: lives.dead, phase: phases.backoff }, { pausedUntil })).toEqual({ action: "unavailable", retryAt: pausedUntil });
    expect(asked({ access: lives.dead, phase: phases.backoff }, { pausedUntil: now + 1 })).toEqual({ action: "unavailable", retryAt: now + 20_000 });
  });
});
