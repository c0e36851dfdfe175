import type { Measurement, Target } from "../measurement.js";
import { median, medianRatio } from "../median.js";
import type { Round } from "../measured-server.js";
import { type AfterExpiry, atExpiry, type Herd } from "./at-expiry.js";
import { requestCosts } from "./cpu.js";
import { type AfterLostAnswer, afterLostAnswer, type LostAnswer } from "./lost-answer.js";
import { type AfterOutage, inOutage, type Outage } from "./outage.js";
import { type Peer, peerLabel } from "./peer.js";
import { loadPeer, peers } from "./peers.js";

/** The same small app with us and with others: what they do when access tokens expire, when the token endpoint is down, when an answer is lost, and what a request costs. */
export async function comparePeers(quick: boolean): Promise<readonly Measurement[]> {
  const contestants = await Promise.all(Object.keys(peers).map(async (id): Promise<Contestant> => [id, await loadPeer(id)]));
  const herd = { users: quick ? 10 : 50, parallel: 20, expiries: quick ? 1 : 3 };
  return [
    ...(await expiry(contestants, { ...herd, processes: 1 })),
    ...(await expiry(contestants, { ...herd, processes: 4 })),
    ...(await outage(contestants, { users: quick ? 10 : 30, outageMs: quick ? 1_000 : 3_000 })),
    ...(await lostAnswers(contestants, { users: 10, forMs: quick ? 1_000 : 4_000 })),
    ...(await costs(contestants, quick)),
  ];
}

type Contestant = readonly [id: string, peer: Peer];

async function expiry(contestants: readonly Contestant[], herd: Herd): Promise<readonly Measurement[]> {
  const { users, parallel, expiries, processes } = herd;
  const results: Result<AfterExpiry | string>[] = [];
  for (const [id, peer] of contestants) {
    results.push([peer, processes > 1 && peer.oneProcess !== null ? `cannot: ${peer.oneProcess}` : await atExpiry(id, herd)]);
  }
  const about = `${users} users, ${parallel} requests at once, ${processes} ${processes === 1 ? "process" : "processes"}`;
  const counts = (what: string, unit: string, most: number, count: (result: AfterExpiry) => number): readonly Measurement[] =>
    rows(`${about}: ${what}`, unit, results, (result) => (typeof result === "string" ? result : count(result)), { most });
  return [
    ...counts("refreshes per user and expiry", "", 1, (result) => result.refreshesPerUserAndExpiry),
    ...counts("failed answers", `of ${(users * parallel * expiries).toLocaleString("en")}`, 0, (result) => result.failedAnswers),
    ...counts("users lost", `of ${users * expiries}`, 0, (result) => result.usersLost),
  ];
}

async function outage(contestants: readonly Contestant[], setting: Outage): Promise<readonly Measurement[]> {
  const results: Result<AfterOutage>[] = [];
  for (const [id, peer] of contestants) results.push([peer, await inOutage(id, setting)]);
  const about = `token endpoint down for ${setting.outageMs / 1_000} s`;
  return [
    ...rows(`${about}: users lost`, `of ${setting.users}`, results, (result) => result.usersLost, { most: 0 }),
    ...rows(`${about}: token calls per user`, "", results, (result) => result.tokenCallsPerUser, { most: 4 }),
    ...rows(`${about}: answers of each status`, "", results, (result) => counted(result.answers)),
    ...rows(`${about}: until half of the users are served again`, "ms", results, ({ servedAfterMs }) =>
      servedAfterMs.length === 0 ? "never" : median(servedAfterMs),
    ),
    ...rows(`${about}: until the last is`, "ms", results, ({ servedAfterMs }) => (servedAfterMs.length === 0 ? "never" : Math.max(...servedAfterMs)), {
      most: 1_200,
    }),
  ];
}

async function lostAnswers(contestants: readonly Contestant[], setting: Omit<LostAnswer, "refresh">): Promise<readonly Measurement[]> {
  const results: Result<Record<"family" | "grace", AfterLostAnswer>>[] = [];
  for (const [id, peer] of contestants) {
    const [family, grace] = await Promise.all([afterLostAnswer(id, { ...setting, refresh: "family" }), afterLostAnswer(id, { ...setting, refresh: "grace" })]);
    results.push([peer, { family, grace }]);
  }
  const about = "answer lost after the token was rotated";
  return [
    ...rows(`${about}: further calls with it in ${setting.forMs / 1_000} s`, "", results, ({ family }) => family.furtherCalls, { most: 1 }),
    ...rows(`${about}: users lost, which nobody can help`, `of ${setting.users}`, results, ({ family }) => family.usersLost),
    ...rows(`${about}: users lost where the server has a grace period`, `of ${setting.users}`, results, ({ grace }) => grace.usersLost, { most: 0 }),
  ];
}

async function costs(contestants: readonly Contestant[], quick: boolean): Promise<readonly Measurement[]> {
  const { none, warm, cold } = await requestCosts(Object.keys(peers), quick);
  const of = (all: Readonly<Record<string, readonly Round[]>>): Result<readonly Round[]>[] =>
    contestants.flatMap(([id, peer]): Result<readonly Round[]>[] => (all[id] === undefined ? [] : [[peer, all[id]]]));
  const over = (rounds: readonly Round[]): number => medianRatio(cpuOf(rounds), cpuOf(none));
  const absolute = (rounds: readonly Round[]): number => median(cpuOf(rounds));
  return [
    { what: "CPU per request of the same route with no auth", value: absolute(none), unit: "µs", target: null },
    ...rows("CPU per request, a usable token at hand, over no auth, warm", "x", of(warm), over),
    ...rows("CPU per request, a usable token at hand, over no auth, cold", "x", of(cold), over),
    ...rows("CPU per request, a usable token at hand, warm", "µs", of(warm), absolute),
    ...rows("CPU per request, a usable token at hand, cold", "µs", of(cold), absolute),
  ];
}

type Result<Value> = readonly [peer: Peer, value: Value];

/** One row per peer. Targets are for ours. */
function rows<Value>(
  group: string,
  unit: string,
  results: readonly Result<Value>[],
  value: (result: Value) => number | string,
  target: Target | null = null,
): readonly Measurement[] {
  return results.map(([peer, result]) => {
    const measured = value(result);
    const wanted = typeof measured === "number" && peer.packages.length === 0 ? target : null;
    return { group, what: peerLabel(peer), value: measured, unit, target: wanted };
  });
}

function counted(answers: Readonly<Record<string, number>>): string {
  return Object.entries(answers)
    .map(([status, count]) => `${count} x ${status}`)
    .join(", ");
}

function cpuOf(rounds: readonly Round[]): readonly number[] {
  return rounds.map((round) => round.cpuMicroseconds);
}
