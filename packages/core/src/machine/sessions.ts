import type { Grant, Session } from "./grant.js";
import type { Timings } from "./timings.js";

const most = 20;

/** The session with this id if it may still be used: neither its whole time nor its idle time is over. */
export function livingSession(grant: Grant, id: string, now: number, timings: Timings): Session | null {
  const session = grant.sessions.find((candidate) => candidate.id === id);
  return session !== undefined && isLiving(session, now, timings) ? session : null;
}

/** Whether writing down that the session was used is worth a swap: once a minute or every 24th of the idle time, and never later than after half of it. */
export function isSeenWorthWriting(session: Session, now: number, { session: { idleMs } }: Timings): boolean {
  return now - session.seenAt >= Math.max(Math.min(60_000, idleMs / 2), idleMs / 24);
}

/** `sessions` with `session` in the place of `replaced`, or added; past twenty the least recently seen of the others goes: the clock that begins one may be behind. */
export function withSession(sessions: readonly Session[], session: Session, replaced: string | null): readonly Session[] {
  const kept = sessions.filter(({ id }) => id !== replaced && id !== session.id);
  return [session, ...kept.toSorted((a, b) => b.seenAt - a.seenAt).slice(0, most - 1)];
}

/** Whether the session is within its whole time and its idle time. */
export function isLiving(session: Session, now: number, timings: Timings): boolean {
  return now < session.expiresAt && now < session.seenAt + timings.session.idleMs;
}
