import { defaultTimings, type Timings } from "../machine/timings.js";
import type { SpotifyAuthOptions } from "./options.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// Browsers keep no cookie for longer: RFC 6265bis section 5.5.
const longestSessionMs = 400 * day;
const strict = { absoluteMs: day, idleMs: hour };

/**
 * The durations of the machine, completed with their defaults.
 *
 * @param problems Where each mistake is named.
 */
export function readTimings({ timings = {}, session }: SpotifyAuthOptions, problems: string[]): Timings {
  const given = { ...timings, ...(session !== undefined && { session: session === "strict" ? strict : session }) };
  const all: Timings = { ...defaultTimings, ...withoutUndefined(given) };
  const before = problems.length;
  for (const [path, [least, most]] of Object.entries(ranges)) {
    if (!isWhole(at(all, path), least, most)) problems.push(`${named(path)} must be a whole number of milliseconds from ${least} to ${most}.`);
  }
  for (const [holds, sentence] of orders(all)) if (!holds) problems.push(sentence);
  return problems.length === before ? all : defaultTimings;
}

/** Whether `value` is an integer within both ends. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  hardMarginMs: [0, 10 * minute],
  "refreshAheadMs.0": [0, day],
  "refreshAheadMs.1": [0, day],
  "tokenDeadlineMs.living": [1, 2 * minute],
  "tokenDeadlineMs.dead": [1, 2 * minute],
  "leaseMs.living": [1, 10 * minute],
  "leaseMs.dead": [1, 10 * minute],
  "backoffMs.min": [1, hour],
  "backoffMs.max": [1, hour],
  longestPauseMs: [1, day],
  misconfiguredPauseMs: [0, hour],
  suspectMs: [0, hour],
  rejectableAfterMs: [0, hour],
  lastResortMs: [0, minute],
  // Within the month in which a sign-in is known to be a renewal, which another account may not answer; clocks may disagree a little.
  renewAheadMs: [0, 28 * day],
  "session.absoluteMs": [second, longestSessionMs],
  "session.idleMs": [second, longestSessionMs],
};

/** As the option is written: sessions have one of their own. */
function named(path: string): string {
  return path.startsWith("session.") ? path : `timings.${path}`;
}

function at(timings: Timings, path: string): unknown {
  return path.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], timings);
}

function* orders({ refreshAheadMs, tokenDeadlineMs, leaseMs, backoffMs, session }: Timings): Generator<[holds: boolean, sentence: string]> {
  yield [!(refreshAheadMs?.[0] > refreshAheadMs?.[1]), "timings.refreshAheadMs must name the smaller number first."];
  // A request is sent only while its lease has the deadline and a second left.
  yield [
    !(leaseMs?.living <= tokenDeadlineMs?.living + second),
    "timings.leaseMs.living must be more than a second longer than timings.tokenDeadlineMs.living.",
  ];
  yield [!(leaseMs?.dead <= tokenDeadlineMs?.dead + second), "timings.leaseMs.dead must be more than a second longer than timings.tokenDeadlineMs.dead."];
  yield [!(backoffMs?.min > backoffMs?.max), "timings.backoffMs.min must not be greater than timings.backoffMs.max."];
  yield [!(session?.idleMs > session?.absoluteMs), "session.idleMs must not be greater than session.absoluteMs."];
}

function withoutUndefined(given: Partial<Timings>): Partial<Timings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
