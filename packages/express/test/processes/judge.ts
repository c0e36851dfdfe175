import type { GrantHistory, RefreshBehaviour } from "@refrain/emulator";
import type { JournalEntry } from "./journal.js";

/** Whether a user who must consent again could have been kept. */
export interface Verdict {
  readonly avoidable: boolean;
  readonly why: string;
}

/**
 * Judges the loss of a grant by what the server knows of it and what the processes wrote down since the access token expired.
 *
 * A loss is unavoidable where the server rotated and the process that asked was killed before it had stored the answer; and where a server that ends the whole grant
 * at a replay saw one after such a kill, or after a pause beyond the lease that began when the last look at the lease was over and ended before the answer was stored.
 */
export function judge({ ended, events, refreshTokens }: GrantHistory, journal: readonly JournalEntry[], behaviour: RefreshBehaviour): Verdict {
  if (behaviour === "non-rotating") return { avoidable: true, why: "the refresh token is good for ever" };
  const replayed = events.find(({ kind }) => kind === "refused")?.refreshToken;
  if (behaviour === "family" && ended !== null) {
    const senders = sendersOf(replayed, journal);
    if (senders.some((sender) => died(sender, replayed, journal))) return { avoidable: false, why: "a replay after a kill" };
    if (senders.some((sender) => slept(sender, journal))) return { avoidable: false, why: "a replay after a pause beyond the lease" };
    return { avoidable: true, why: "a replay although nobody was killed or paused with the token in hand" };
  }
  const spent = refreshTokens.at(-1)?.parent ?? undefined;
  if (sendersOf(spent, journal).some((sender) => died(sender, spent, journal))) return { avoidable: false, why: "no living process received the answer" };
  return { avoidable: true, why: "a living process received, or should have received, the newest token" };
}

function sendersOf(token: string | undefined, journal: readonly JournalEntry[]): readonly number[] {
  return journal.flatMap((entry) => (entry.what === "sent" && entry.token === token ? [entry.process] : []));
}

/** Killed after it had sent the token and before the answer was stored. */
function died(sender: number, token: string | undefined, journal: readonly JournalEntry[]): boolean {
  const sentAt = journal.findIndex((entry) => entry.process === sender && entry.what === "sent" && entry.token === token);
  const killedAt = journal.findIndex((entry) => entry.process === sender && entry.what === "killed");
  return killedAt > sentAt && stepOf(sender, journal) !== "after swap 2";
}

const withTokenInHand: readonly (string | undefined)[] = ["before fetch 1", "request unread", "answer on its way", "after fetch 1", "before swap 2"];

function slept(sender: number, journal: readonly JournalEntry[]): boolean {
  return journal.some(({ process, what }) => process === sender && what === "stopped") && withTokenInHand.includes(stepOf(sender, journal));
}

function stepOf(process: number, journal: readonly JournalEntry[]): string | undefined {
  return journal.flatMap((entry) => (entry.process === process && entry.what === "caught" ? [entry.step] : []))[0];
}
