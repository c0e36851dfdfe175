import type { GrantHistory, RefreshBehaviour } from "@refrain/emulator";
import type { Noted } from "./journal.js";

/** Whether a user who must consent again could have been kept. */
export interface Verdict {
  readonly avoidable: boolean;
  readonly why: string;
}

/**
 * Judges the loss of a grant by what the server knows of it and what the processes wrote down since the access token expired.
 *
 * Unavoidable is what nobody can prevent who cannot tell a process that stands still from one that has ended, and sends to a server that knows no leases:
 *  - the server rotated, and the process that asked was killed before it had stored the answer;
 *  - a server that ends the whole grant at a replay saw one after such a kill, when the killed process's request had had its time;
 *  - it saw one because a process stood still beyond its lease: with the token in hand, or between the last look at the lease and the request.
 *
 * A store that is away is no excuse, for however long: every process feels it, so whoever lives and holds the new token can be let go first.
 *
 * @param deadlineMs How long a request may take under a lease: whoever sends the same token within it has not waited for the lease to be over.
 */
export function judge(
  { user, ended, events, refreshTokens }: GrantHistory,
  journal: readonly Noted[],
  { behaviour, deadlineMs }: { readonly behaviour: RefreshBehaviour; readonly deadlineMs: number },
): Verdict {
  if (behaviour === "non-rotating") return { avoidable: true, why: "the refresh token is good for ever" };
  const replayed = events.find(({ kind }) => kind === "refused")?.refreshToken;
  if (behaviour === "family" && ended !== null) {
    const spent = spendings(replayed, refreshTokens, journal);
    const waitedFor = (spending: Spending): boolean => spent.some((other) => other.sentAt - spending.sentAt >= deadlineMs);
    if (spent.some((spending) => died(spending) && waitedFor(spending))) return { avoidable: false, why: "a replay after a kill" };
    if (spent.some((spending) => (slept(spending) && waitedFor(spending)) || overslept(spending, user, deadlineMs))) {
      return { avoidable: false, why: "a replay after a pause beyond the lease" };
    }
    return { avoidable: true, why: "a replay although nobody was killed, or paused beyond the lease, with the token in hand" };
  }
  const spent = refreshTokens.at(-1)?.parent ?? undefined;
  if (spendings(spent, refreshTokens, journal).some(died)) return { avoidable: false, why: "no living process received the answer" };
  return { avoidable: true, why: "a living process received, or should have received, the newest token" };
}

/** A refresh token in one process's hand: from when it was sent until what it brought was stored. */
interface Spending {
  readonly sentAt: number;
  /** What the process wrote, or the test of it, before it sent the token. */
  readonly before: readonly Noted[];
  /** The same from then until the new token was stored. */
  readonly meanwhile: readonly Noted[];
}

function spendings(token: string | undefined, refreshTokens: GrantHistory["refreshTokens"], journal: readonly Noted[]): readonly Spending[] {
  const brought = refreshTokens.filter(({ parent }) => parent === token).map(({ fingerprint }) => fingerprint);
  return journal.flatMap((sent, at) => {
    if (sent.what !== "sent" || sent.token !== token) return [];
    const own = (entry: Noted): boolean => entry.process === sent.process;
    const after = journal.slice(at + 1).filter(own);
    const stored = after.findIndex((entry) => entry.what === "stored" && brought.includes(entry.token));
    return { sentAt: sent.at, before: journal.slice(0, at).filter(own), meanwhile: stored === -1 ? after : after.slice(0, stored) };
  });
}

/** Killed with the token in hand. */
function died({ meanwhile }: Spending): boolean {
  return meanwhile.some(({ what }) => what === "killed");
}

/** Stopped with the token in hand. */
function slept({ meanwhile }: Spending): boolean {
  return meanwhile.some(({ what }) => what === "stopped");
}

/** Stopped between the last look at the lease and the request, until the lease was over. */
function overslept({ before, sentAt }: Spending, user: string, deadlineMs: number): boolean {
  const stopped = before.findLast(({ what }) => what === "stopped");
  const isCaught = before.some((entry) => entry.what === "caught" && entry.visitor === user && entry.step === "before fetch 1");
  return isCaught && stopped !== undefined && sentAt - stopped.at >= deadlineMs;
}
