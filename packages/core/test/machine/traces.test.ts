import { describe, expect, it } from "vitest";
import { believable } from "../../src/machine/clocks.js";
import { decide } from "../../src/machine/decide.js";
import type { GrantEvent } from "../../src/machine/events.js";
import { type Grant, type GrantRecord, isGrant, type Lease } from "../../src/machine/grant.js";
import { transition } from "../../src/machine/transition.js";
import { access, ambiguous, grant, hour, minute, now, refreshed, refreshFailed, terminal, timings } from "./fixtures.js";

const second = 1_000;
const leaseOf = (id: string, startedAt: number): Lease => ({ id, startedAt, until: startedAt + 15 * second });
const claims = (id: string, at: number, takesOver: string | null = null): GrantEvent => ({ type: "refreshStarted", lease: leaseOf(id, at), takesOver });
const dead = (more: Partial<Grant> = {}): Grant => grant({ access: access(-1), ...more });

/** What stands after these events, one after the other. */
const after = (record: GrantRecord, ...events: readonly GrantEvent[]): Grant => {
  const last = events.reduce<GrantRecord>(transition, record);
  if (!isGrant(last)) throw new Error("expected a grant");
  return last;
};

describe("traces that lose users, event by event", () => {
  it("B: the lease of whoever took over outlives the older success of a process that was paused", () => {
    const newer = refreshed({ access: access(hour, { id: "access-2", token: "BQ-2", sentAt: now + 20 * second }) });
    const older = refreshed({ access: access(hour, { id: "access-1b", token: "BQ-1b", sentAt: now + second }) });
    const running = after(dead(), claims("zero", now), claims("one", now + 15 * second, "zero"), newer, claims("one again", now + hour));
    expect(transition(running, older)).toBe(running);
  });

  it("C: a commit whose acknowledgement was lost is made again, after another process has claimed: its lease stays", () => {
    const commit = refreshed();
    const running = after(dead(), claims("zero", now), commit, claims("one", now + hour));
    expect(transition(running, commit)).toBe(running);
  });

  it("J: the only valid token is stored, although another has taken over and was refused", () => {
    const verdicts = [refreshFailed(terminal, { lease: "one" }), claims("probe", now + 2 * minute), refreshFailed(terminal, { lease: "probe" })];
    const condemned = after(dead(), claims("zero", now), claims("one", now + 15 * second, "zero"), ...verdicts);
    expect(condemned.phase.name).toBe("reauthorize");
    expect(after(condemned, refreshed({ refreshToken: "AQ-2" }))).toMatchObject({ phase: { name: "active" }, refresh: { token: "AQ-2" } });
  });

  it.each([
    ["a verdict", terminal],
    ["an unknown outcome", ambiguous],
  ])("K: %s of a process that has lost its lease does not end another's refresh", (_, failure) => {
    const running = after(dead(), claims("zero", now), claims("one", now + 15 * second, "zero"));
    expect(transition(running, refreshFailed(failure, { lease: "zero" }))).toBe(running);
    expect(after(running, refreshed({ refreshToken: "AQ-2" })).phase.name).toBe("active");
  });

  it("L: a known limit. Of two answers to the same token the first to be stored stays, whichever the server kept", () => {
    const answers = [
      refreshed({ refreshToken: "AQ-2" }),
      refreshed({ refreshToken: "AQ-3", access: access(hour, { id: "access-3" }), lineage: "lineage-3" }),
    ] as const;
    const stored = after(dead(), claims("zero", now), claims("one", now + 15 * second, "zero"), answers[0]);
    expect(transition(stored, answers[1])).toBe(stored);
  });
});

describe("clocks that are ahead, while a refresh is running", () => {
  const action = (record: Grant, at: number, watchedMs: number) =>
    decide(
      believable(record, () => at - watchedMs, timings),
      at,
      { minValidMs: 0, waited: false, pausedUntil: 0, timings },
    ).action;
  const running = (reusable: boolean): Grant =>
    after(dead({ refresh: { token: "AQ-1", lineage: "lineage-1", reusable } }), { type: "refreshStarted", lease: leaseOf("slow", now), takesOver: null });

  it.each([10 * minute, 2 * hour])(
    "F-007 a lease on a token that may not be sent twice is over once it was watched, not once a clock says so (%i ms ahead)",
    (aheadMs) => {
      expect(action(running(false), now + aheadMs, 0)).toBe("wait");
      expect(action(running(false), now + aheadMs, 15 * second - 1)).toBe("wait");
      expect(action(running(false), now + aheadMs, 15 * second)).toBe("refresh");
    },
  );

  it("a lease on a token that may be sent twice is over when either says so", () => {
    expect(action(running(true), now + 14 * second, 0)).toBe("wait");
    expect(action(running(true), now + 15 * second, 0)).toBe("refresh");
  });

  it.each([
    ["a backoff", { name: "backoff", retryAt: now + 2 * hour, cause: "ambiguous" }, minute],
    ["a suspicion", { name: "suspect", until: now + 2 * hour }, 10 * minute],
  ] as const)("F-007 %s that was watched for its maximum stays over, also in its last minutes", (_, phase, maximumMs) => {
    const record = dead({ phase });
    for (const laterMs of [maximumMs, hour, 2 * hour - 30 * second, 2 * hour]) expect(action(record, now + laterMs, laterMs), `${laterMs}`).toBe("refresh");
    expect(action(record, now, maximumMs - 1)).toBe("unavailable");
  });
});
