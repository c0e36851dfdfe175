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
 * A loss is unavoidable where the server rotated and the process that asked was killed before it had stored the answer; and where a server that ends the whole grant at a replay saw one
 *  - after such a kill,
 *  - after a pause beyond the lease that began with the token in hand, or between the last look at the lease and the request,
 *  - or while the process that had the answer could not store it, beyond the lease.
 */
export function judge({ user, ended, events, refreshTokens }: GrantHistory, journal: readonly JournalEntry[], behaviour: RefreshBehaviour): Verdict {
  if (behaviour === "non-rotating") return { avoidable: true, why: "the refresh token is good for ever" };
  const spendingsOf = (token: string | undefined): readonly Spending[] => spendings(token, user, refreshTokens, journal);
  const replayed = events.find(({ kind }) => kind === "refused")?.refreshToken;
  if (behaviour === "family" && ended !== null) {
    const spent = spendingsOf(replayed);
    if (spent.some(died)) return { avoidable: false, why: "a replay after a kill" };
    if (spent.some(slept)) return { avoidable: false, why: "a replay after a pause beyond the lease" };
    if (spent.some((spending) => wasCutOff(spending, spent))) return { avoidable: false, why: "a replay while the answer could not be stored" };
    return { avoidable: true, why: "a replay although nobody was killed, paused or cut off with the token in hand" };
  }
  const spent = refreshTokens.at(-1)?.parent ?? undefined;
  if (spendingsOf(spent).some(died)) return { avoidable: false, why: "no living process received the answer" };
  return { avoidable: true, why: "a living process received, or should have received, the newest token" };
}

/** A refresh token in one process's hand: from when it was sent until what it brought was stored, as places in the journal. */
interface Spending {
  readonly sentAt: number;
  readonly storedAt: number;
  /** Whether something happened to the process between two places. */
  happened(what: JournalEntry["what"], after: number, before: number): boolean;
  /** The step of this user's at which the process was caught. */
  readonly caught: string | undefined;
}

function spendings(
  token: string | undefined,
  user: string,
  refreshTokens: GrantHistory["refreshTokens"],
  journal: readonly JournalEntry[],
): readonly Spending[] {
  const brought = refreshTokens.filter(({ parent }) => parent === token).map(({ fingerprint }) => fingerprint);
  return journal.flatMap((sent, sentAt) => {
    if (sent.what !== "sent" || sent.token !== token) return [];
    const own = (entry: JournalEntry): boolean => entry.process === sent.process;
    const storedAt = journal.findIndex((entry) => own(entry) && entry.what === "stored" && brought.includes(entry.token));
    return {
      sentAt,
      storedAt: storedAt === -1 ? Infinity : storedAt,
      happened: (what, after, before) => journal.some((entry, at) => own(entry) && entry.what === what && at > after && at < before),
      caught: journal.flatMap((entry) => (own(entry) && entry.what === "caught" && entry.visitor === user ? [entry.step] : []))[0],
    };
  });
}

/** Killed with the token in hand. */
function died({ happened, sentAt, storedAt }: Spending): boolean {
  return happened("killed", sentAt, storedAt);
}

/** Paused with the token in hand, or so shortly before that it could not know. */
function slept({ happened, sentAt, storedAt, caught }: Spending): boolean {
  return happened("stopped", sentAt, storedAt) || (caught === "before fetch 1" && happened("stopped", -1, sentAt));
}

/** Another one sent the token while this one had the answer, and the store did not take it. */
function wasCutOff({ happened, sentAt, storedAt }: Spending, all: readonly Spending[]): boolean {
  return all.some(
    (other) => other.sentAt > sentAt && other.sentAt < storedAt && happened("cutOff", -1, other.sentAt) && !happened("reconnected", -1, other.sentAt),
  );
}
