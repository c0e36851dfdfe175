import type { GrantHistory, RefreshBehaviour } from "@refrain/emulator";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.js";
import type { JournalEntry } from "./journal.js";

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
const caught = (process: number, step: string): JournalEntry => ({ process, what: "caught", step, visitor: "mira" });
const killed = (process: number): JournalEntry => ({ process, what: "killed" });
const stopped = (process: number): JournalEntry => ({ process, what: "stopped" });
const stored = (process: number): JournalEntry => ({ process, what: "stored", token: "second" });
const cutOff = (process: number): JournalEntry => ({ process, what: "cutOff" });
const reconnected = (process: number): JournalEntry => ({ process, what: "reconnected" });

describe("a lost user could have been kept", () => {
  it.each<[string, RefreshBehaviour, GrantHistory, JournalEntry[]]>([
    ["when the refresh token is good for ever, whatever was killed", "non-rotating", rotated, [sent(1), killed(1)]],
    ["when nobody was killed", "strict", rotated, [sent(1), received(1)]],
    ["when the one that asked lives, and gave up waiting for the answer", "strict", rotated, [sent(1)]],
    ["when only another one was killed", "strict", rotated, [sent(1), received(1), killed(2)]],
    ["when the one that asked was only paused", "strict", rotated, [sent(1), caught(1, "answer on its way"), stopped(1), received(1)]],
    ["when it was killed after the tokens were stored", "strict", rotated, [sent(1), received(1), stored(1), killed(1)]],
    ["when the token was sent by two that were neither killed nor paused", "family", replayed, [sent(1), received(1), sent(2)]],
    ["when a third one was killed", "family", replayed, [sent(1), received(1), sent(2), killed(3)]],
    ["when one woke with a lease that was over, and sent", "family", replayed, [caught(1, "after swap 1"), stopped(1), sent(2), received(2), sent(1)]],
    ["when the pause was over the stored outcome", "family", replayed, [sent(1), received(1), stored(1), stopped(1), sent(2)]],
    ["when it could not be stored, and was tried once more", "strict", rotated, [sent(1), received(1), cutOff(1), sent(2)]],
    ["when only another one was cut off", "family", replayed, [sent(1), received(1), cutOff(2), sent(2)]],
    ["when it was cut off over the stored outcome", "family", replayed, [sent(1), received(1), stored(1), cutOff(1), sent(2)]],
    ["when it could store again, and had not", "family", replayed, [sent(1), received(1), cutOff(1), reconnected(1), sent(2)]],
  ])("%s (%s)", (_, behaviour, history, journal) => expect(judge(history, journal, behaviour).avoidable).toBe(true));
});

describe("a lost user could not have been kept", () => {
  it.each<[string, RefreshBehaviour, GrantHistory, JournalEntry[]]>([
    ["when the one that asked was killed before the answer came", "strict", rotated, [sent(1), caught(1, "answer on its way"), killed(1), sent(2)]],
    ["when it was killed with the answer in hand", "strict", rotated, [sent(1), received(1), caught(1, "before swap 2"), killed(1)]],
    ["when the token came twice because the first sender was killed", "family", replayed, [sent(1), killed(1), sent(2)]],
    ["when the first sender was paused", "family", replayed, [sent(1), caught(1, "after fetch 1"), stopped(1), sent(2)]],
    ["when one was paused between its last look at the lease and the request", "family", replayed, [caught(1, "before fetch 1"), stopped(1), sent(2), sent(1)]],
    ["when the answer could not be stored while the lease lived", "family", replayed, [cutOff(1), sent(1), received(1), sent(2), reconnected(1), stored(1)]],
  ])("%s (%s)", (_, behaviour, history, journal) => expect(judge(history, journal, behaviour).avoidable).toBe(false));
});
