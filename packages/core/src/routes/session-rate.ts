import { RateLimiter } from "limiter";
import { boundedMap } from "../bounded-map.js";

/** Counts one call of a session. 0 = it may go on; else how many ms until it may. */
export type SessionRate = (sessionId: string) => number;

/** A session that is forgotten begins anew; for that, as many others must have called since as are certain to be kept: half of these. */
const mostSessions = 20_000;

/** All users share the app's rate at Spotify: one session must not use it up. By session, so neither addresses nor forwarded headers have a say. */
export function createSessionRate(perMinute: number): SessionRate {
  const limiters = boundedMap<string, RateLimiter>(mostSessions);
  return (sessionId) => {
    const limiter = limiters.get(sessionId) ?? new RateLimiter({ tokensPerInterval: perMinute, interval: "minute" });
    limiters.set(sessionId, limiter);
    return limiter.tryRemoveTokens(1) ? 0 : Math.max(1, limiter.getWaitTime(1));
  };
}
