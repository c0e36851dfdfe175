import { defaultTimings, refreshAfterMs } from "../../src/machine/timings.js";
import { dice } from "./dice.js";

/** Token calls of many users who all signed in within a few minutes, each of whom is always there. */
export interface Herd {
  /** Calls per second, averaged over each minute of the day. */
  readonly perSecond: readonly number[];
  readonly mean: number;
  readonly peak: number;
}

export const users = 100_000;
const signInMs = 300_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
export const minutes = 24 * 60;

/**
 * One day after a mass sign-in, token by token.
 *
 * @param drawn `true`: each answer draws when it is worth refreshing, the first over half of the token's life. `false`: every token is refreshed as long before its end as the margin says.
 */
export function herd(drawn: boolean): Herd {
  const draw = dice(100_000, drawn ? 1 : 0);
  const calls = new Float64Array(minutes);
  for (let user = 0; user < users; user += 1) {
    let at = draw.next() * signInMs;
    let isFirst = true;
    for (;;) {
      at += drawn ? refreshAfterMs(hourMs, draw.next(), defaultTimings, isFirst) : hourMs - defaultTimings.hardMarginMs;
      isFirst = false;
      const minute = Math.floor(at / minuteMs);
      if (minute >= minutes) break;
      calls[minute] = (calls[minute] ?? 0) + 1;
    }
  }
  const perSecond = [...calls].map((count) => count / 60);
  // Nobody is due before the middle of the first token's life.
  const settled = perSecond.slice(30);
  return { perSecond, mean: settled.reduce((sum, value) => sum + value, 0) / settled.length, peak: Math.max(...settled) };
}
