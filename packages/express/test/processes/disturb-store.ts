import type { RefreshBehaviour } from "@refrain/emulator";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "../support/http.js";
import { historyOf, type StepName, steps } from "./disturb.js";
import { type AppProcess, expire, fateOf, type Fleet, layTrap, startFleet, type Visitor, visitorWith } from "./fleet.js";
import { judge, type Verdict } from "./judge.js";
import { storeFault, type StoreFaultName } from "./store-faults.js";
import type { StoreServer } from "./store-server.js";
import { startTraffic } from "./traffic.js";
import type { Step } from "./traps.js";
import { until } from "./until.js";

/** One refresh during which the store fails, and the process with it or not. */
export interface StoreDisturbance {
  readonly fault: StoreFaultName;
  /** Where the refresh stands when it begins. */
  readonly step: StepName;
  readonly fate: "goes on" | "kill" | "stop";
  /** How much time passes before the fault is mended and a stopped process goes on. */
  readonly ms: number;
}

export interface StoreOutcome {
  /** Of those who must consent again. */
  readonly lost: ReadonlyMap<string, Verdict>;
  readonly answers: readonly (Answer & { readonly user: string })[];
  readonly caught: number;
  /** From when the fault was mended until every process served, in real milliseconds. */
  readonly recoveryMs: number;
}

/** Longer than any fault that must cost nobody, and than any delay of a busy machine. */
export const storeLeaseMs = 60_000;

export function startFleetOn(server: StoreServer, refresh: RefreshBehaviour, users: number): Promise<Fleet> {
  return startFleet({ users, refresh, timings: { leaseMs: { living: storeLeaseMs, dead: storeLeaseMs } }, trapped: true, address: server.address });
}

/**
 * Disturbs the store while the first of the users' refresh is at a step, under the traffic of all: of one whose token is fresh, and of others who need theirs refreshed in the middle of it.
 * Finds out what became of everybody.
 */
export async function disturbStore(
  fleet: Fleet,
  server: StoreServer,
  [visitor, awake, ...others]: readonly [Visitor, Visitor, ...Visitor[]],
  { fault, step, fate, ms }: StoreDisturbance,
  behaviour: RefreshBehaviour,
): Promise<StoreOutcome> {
  const { clock, journal, proxy } = fleet;
  expire(fleet);
  const from = journal.entries().length;
  if ((await awake.ask()).status !== 200) throw new Error(`${awake.user} is not signed in.`);
  const traffic = startTraffic();
  traffic.add([awake]);
  const living = (): readonly AppProcess[] => fleet.running.filter((process) => fate !== "stop" || process !== caught);
  const { lasts, strikesNext, begin } = storeFault(fault);
  // One request alone, so that the next thing its process asks the store is its own.
  const { caught, asked } = await hold(fleet, visitor, step, strikesNext ? 1 : 8);

  if (fate !== "goes on") await endOrStop(fleet, caught, fate);
  if (strikesNext) {
    proxy.remove(caught.number);
    await traffic.quiet();
  }
  const cutOff = [...fleet.running];
  for (const { number } of cutOff) journal.write({ process: number, what: "cutOff" });
  const mend = await begin(server, caught);
  if (fate === "goes on") await caught.ask("release", null);
  if (strikesNext) {
    await until(() => !server.wire(caught.number).armed(), "the request that is struck");
    proxy.add(caught.number, caught.port);
    traffic.resume();
  }

  const before = traffic.answers.length;
  traffic.add([visitor, ...others]);
  // Whoever took the lease and was not told so finds it out, with the next request at the latest: nobody waits for its end.
  if (strikesNext) await everybodyServes([caught], visitor);
  if (lasts) {
    await until(() => traffic.answers.slice(before).some(({ status }) => status === 503), "the fault to be felt");
    clock.advance(ms);
  } else if (fate !== "goes on") {
    // A refresh in the middle of which so much time passes would be one more that was paused.
    await everybodyServes(living(), awake);
    await standstill(fleet);
    clock.advance(ms);
  }
  await mend();
  const mendedAt = performance.now();
  await everybodyServes(living(), awake);
  const recoveryMs = performance.now() - mendedAt;
  if (fate === "kill") await fleet.start();
  if (fate === "stop") await goOn(fleet, caught);
  await everybodyServes(fleet.running, awake);
  // Whoever holds an unstored answer looks again at least once a second.
  clock.advance(1_000);
  await everybodyServes(fleet.running, awake);
  for (const { number } of cutOff) journal.write({ process: number, what: "reconnected" });

  const [answered] = await patiently(fleet, Promise.all([asked, traffic.stop()]));
  const lost = await lostOf(fleet, [visitor, awake, ...others], from, behaviour);
  const answers = [...answered.map((answer) => ({ ...answer, user: visitor.user })), ...traffic.answers];
  return { lost, answers, caught: caught.number, recoveryMs };
}

let tickets = 0;

/** Sends so many requests of the visitor's at once and holds the one that refreshes, at the step. */
async function hold(
  fleet: Fleet,
  { user, askAtOnce }: Visitor,
  step: StepName,
  count: number,
): Promise<{ caught: AppProcess; asked: Promise<readonly Answer[]> }> {
  const { journal } = fleet;
  const ticket = fleet.path(`store-ticket-${++tickets}`);
  const from = journal.entries().length;
  await layTrap(fleet, { visitor: user, step: steps[step] as Step, fate: "hold", ticket });
  const asked = askAtOnce(count);
  const noted = (): number | undefined => journal.entries().find(({ what }, at) => at >= from && what === "caught")?.process;
  await until(() => noted() !== undefined, `a process to be caught ${step}`);
  return { caught: fleet.process(noted() ?? 0), asked };
}

async function endOrStop({ proxy, journal }: Fleet, caught: AppProcess, fate: "kill" | "stop"): Promise<void> {
  proxy.remove(caught.number);
  caught.signal(fate === "kill" ? "SIGKILL" : "SIGSTOP");
  if (fate === "kill") await caught.ended;
  journal.write({ process: caught.number, what: fate === "kill" ? "killed" : "stopped" });
}

async function goOn({ proxy, journal }: Fleet, caught: AppProcess): Promise<void> {
  journal.write({ process: caught.number, what: "continued" });
  caught.signal("SIGCONT");
  await caught.ask("release", null);
  proxy.add(caught.number, caught.port);
}

/** Resolves when each of the processes has served this visitor, at most half a lease later. */
async function everybodyServes(processes: readonly AppProcess[], { user, cookie }: Visitor): Promise<void> {
  await Promise.all(
    processes.map(async ({ number, port }) => {
      const direct = visitorWith(`http://127.0.0.1:${port}`, user, cookie);
      const giveUpAt = performance.now() + 30_000;
      for (let status = 0; status !== 200;) {
        const answer = await direct.ask();
        status = answer.status;
        if (status !== 200 && status !== 503) throw new Error(`Process ${number} answered ${status}: ${answer.text}`);
        if (performance.now() > giveUpAt) throw new Error(`Process ${number} does not recover: ${answer.text}`);
      }
    }),
  );
}

/** Waits for answers that may wait for a lease which nobody has any more: time is moved on whenever nobody refreshes. */
async function patiently<Value>(fleet: Fleet, awaited: Promise<Value>): Promise<Value> {
  let settled = false;
  const settle = (): void => void (settled = true);
  awaited.then(settle, settle);
  while (!settled) {
    await standstill(fleet, () => settled);
    if (!settled) fleet.clock.advance(10_000);
  }
  return awaited;
}

/** Resolves when nobody has refreshed for a while, or it no longer matters. */
async function standstill({ journal, emulator }: Fleet, isOver: () => boolean = () => false): Promise<void> {
  let seen = 0;
  for (let still = 0; still < 20 && !isOver(); still++) {
    await pause(10);
    const { length } = journal.entries();
    const isRefreshing = emulator.log.some(({ endpoint, delivery }) => endpoint === "token" && delivery === "pending");
    if (length !== seen || isRefreshing) still = 0;
    seen = length;
  }
}

/** Those who are lost now, or when the next refresh has shown that a refresh token is none. */
async function lostOf(fleet: Fleet, visitors: readonly Visitor[], from: number, behaviour: RefreshBehaviour): Promise<ReadonlyMap<string, Verdict>> {
  const lost = new Map<string, Verdict>();
  for (let expiry = 0; expiry < 2; expiry++) {
    for (const visitor of visitors) {
      if (lost.has(visitor.user) || (await fateOf(fleet, visitor, (answer) => patiently(fleet, answer))) === "kept") continue;
      lost.set(visitor.user, judge(historyOf(fleet, visitor.user), fleet.journal.entries().slice(from), behaviour));
    }
    expire(fleet);
  }
  return lost;
}
