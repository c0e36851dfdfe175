import type { GrantHistory, RefreshBehaviour } from "@refrain/emulator";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.js";
import type { JournalEntry, Noted } from "./journal.js";

const token = { issuedAt: 0, delivery: "sent", usedAt: null, supersededAt: null } as const;

/** A grant whose first token was exchanged for a second one. */
const rotated: GrantHistory = {
  id: "grant-1",
  clientId: "client",
  user: "mira",
  scopes: [],
  authorizedAt: 0,
  expiresAt: 1,
  ended: null,
  refreshTokens: [
    { ...token, fingerprint: "first", generation: 1, parent: null },
    { ...token, fingerprint: "second", generation: 2, parent: "first" },
  ],
  events: [],
};
const replayed: GrantHistory = { ...rotated, ended: { at: 0, why: "" }, events: [{ at: 0, kind: "refused", why: "", refreshToken: "first" }] };

const sent = (process: number): JournalEntry => ({ process, what: "sent", token: "first" });
const received = (process: number): JournalEntry => ({ process, what: "received", token: "second" });
const caught = (process: number, step: string, visitor = "mira"): JournalEntry => ({ process, what: "caught", step, visitor });
const killed = (process: number): JournalEntry => ({ process, what: "killed" });
const stopped = (process: number): JournalEntry => ({ process, what: "stopped" });
const stored = (process: number): JournalEntry => ({ process, what: "stored", token: "second" });
/** Time passes. */
const beyondLease = 10_000;
const within = 1_000;

/** Entries at their times: each at once after the one before it, but for the time that passes. */
function noted(journal: readonly (JournalEntry | number)[]): Noted[] {
  let at = 0;
  return journal.flatMap((entry) => (typeof entry === "number" ? ((at += entry), []) : { ...entry, at }));
}
const rules = (behaviour: RefreshBehaviour) => ({ behaviour, deadlineMs: 4_000 });

describe("a lost user could have been kept", () => {
  it.each<[string, RefreshBehaviour, GrantHistory, (JournalEntry | number)[]]>([
    ["when the refresh token is good for ever, whatever was killed", "non-rotating", rotated, [sent(1), killed(1)]],
    ["when nobody was killed", "strict", rotated, [sent(1), received(1)]],
    ["when the one that asked lives, and gave up waiting for the answer", "strict", rotated, [sent(1)]],
    ["when only another one was killed", "strict", rotated, [sent(1), received(1), killed(2)]],
    ["when the one that asked was only paused", "strict", rotated, [sent(1), caught(1, "answer on its way"), stopped(1), received(1)]],
    ["when it was killed after the tokens were stored", "strict", rotated, [sent(1), received(1), stored(1), killed(1)]],
    ["when the token was sent by two that were neither killed nor paused", "family", replayed, [sent(1), received(1), beyondLease, sent(2)]],
    ["when a third one was killed", "family", replayed, [sent(1), received(1), beyondLease, sent(2), killed(3)]],
    ["when one was killed, and another sent before the lease was over", "family", replayed, [sent(1), killed(1), within, sent(2)]],
    ["when one was stopped, and another sent before the lease was over", "family", replayed, [sent(1), stopped(1), within, sent(2)]],
    ["when one stood still for less than its lease, and sent", "family", replayed, [caught(1, "before fetch 1"), stopped(1), sent(2), within, sent(1)]],
    ["when one woke with a lease that was over, and sent", "family", replayed, [caught(1, "after swap 1"), stopped(1), sent(2), beyondLease, sent(1)]],
    ["when another user's request stood still", "family", replayed, [caught(1, "before fetch 1", "teo"), stopped(1), beyondLease, sent(2), sent(1)]],
    ["when the pause was over the stored outcome", "family", replayed, [sent(1), received(1), stored(1), stopped(1), beyondLease, sent(2)]],
    ["when the store did not take it for longer than the lease", "family", replayed, [sent(1), received(1), beyondLease, sent(2), stored(1)]],
  ])("%s (%s)", (_, behaviour, history, journal) => expect(judge(history, noted(journal), rules(behaviour)).avoidable).toBe(true));
});

describe("a lost user could not have been kept", () => {
  it.each<[string, RefreshBehaviour, GrantHistory, (JournalEntry | number)[]]>([
    ["when the one that asked was killed before the answer came", "strict", rotated, [sent(1), caught(1, "answer on its way"), killed(1), sent(2)]],
    ["when it was killed with the answer in hand", "strict", rotated, [sent(1), received(1), caught(1, "before swap 2"), killed(1)]],
    ["when the token came twice because the first sender was killed", "family", replayed, [sent(1), killed(1), beyondLease, sent(2)]],
    ["when the first sender was paused", "family", replayed, [sent(1), caught(1, "after fetch 1"), stopped(1), beyondLease, sent(2)]],
    [
      "when one was paused between its last look at the lease and the request",
      "family",
      replayed,
      [caught(1, "before fetch 1"), stopped(1), beyondLease, sent(2), sent(1)],
    ],
  ])("%s (%s)", (_, behaviour, history, journal) => expect(judge(history, noted(journal), rules(behaviour)).avoidable).toBe(false));
});
