import type { Dice } from "./dice.js";

/** What can become of a call to the store, beside answering soon and truly. */
export type StoreFault =
  /** An error, and nothing was applied. */
  | "refused"
  /** Applied, and an error instead of the answer. */
  | "acknowledgement lost"
  /** Applied, and no answer ever. */
  | "silent after"
  /** Not applied, and no answer ever. */
  | "silent before"
  /** Applied long after the caller has given up. */
  | "lands late"
  /** The answer takes long, but comes. */
  | "slow"
  /** Applied, and the answer is "no": the store's own client sent it twice. */
  | "denied";

/** What can become of a request to the token endpoint, beside a true answer within a second. */
export type TokenFault =
  | "not sent"
  /** It never arrives; the connection ends. */
  | "reset before"
  /** Spotify does its part; the connection ends instead of the answer. */
  | "answer lost"
  /** The connection ends, and the request arrives all the same, later. */
  | "reset, arrives late"
  /** Spotify does its part and never answers. */
  | "silent after"
  | "silent before"
  | "500 before"
  /** Spotify does its part and answers 500. */
  | "500 after"
  | "throttled"
  | "misconfigured"
  /** Spotify does its part; the answer takes up to two minutes. */
  | "answers late"
  /** The request is long on its way, then everything goes well. */
  | "arrives late"
  /** `invalid_grant` for a good token. */
  | "lie";

export const storeFaults: readonly StoreFault[] = ["refused", "acknowledgement lost", "silent after", "silent before", "lands late", "slow", "denied"];
export const tokenFaults: readonly TokenFault[] = [
  "not sent",
  "reset before",
  "answer lost",
  "reset, arrives late",
  "silent after",
  "silent before",
  "500 before",
  "500 after",
  "throttled",
  "misconfigured",
  "answers late",
  "arrives late",
  "lie",
];

/** How often each fault strikes, per call. */
export type Odds<Fault extends string> = readonly (readonly [fault: Fault, probability: number])[];

/** Each run suffers from a few kinds of faults only, some often, some seldom: so each kind also meets calls that the others would have kept away. */
export function drawOdds<Fault extends string>(faults: readonly Fault[], dice: Dice): Odds<Fault> {
  const kinds = dice.between(0, 0.6);
  return faults.filter(() => dice.chance(kinds)).map((fault) => [fault, dice.pick([0.02, 0.1, 0.3])] as const);
}

export function drawFault<Fault extends string>(odds: Odds<Fault>, dice: Dice): Fault | null {
  let left = dice.next();
  for (const [fault, probability] of odds) {
    left -= probability;
    if (left < 0) return fault;
  }
  return null;
}
