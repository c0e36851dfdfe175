import type { RefreshBehaviour } from "@refrain/emulator";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "client-kit/http";
import { historyOf, newestStored, type StepName, steps } from "./disturb.js";
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
  /** What the requests came to in the middle of which the store began to fail. */
  readonly disturbed: readonly Answer[];
  /** Of those who must consent again. */
  readonly lost: ReadonlyMap<string, Verdict>;
  readonly answers: readonly (Answer & { readonly user: string })[];
  readonly caught: number;
  /** From when the fault was mended until every process served, in real milliseconds. */
  readonly recoveryMs: number;
}

/** Longer than any delay of a busy machine. */
export const storeLeaseMs = 60_000;
const deadlineMs = 10_000;

export function startFleetOn(server: StoreServer, refresh: RefreshBehaviour, users: number): Promise<Fleet> {
  return startFleet({
    users,
    refresh,
    timings: { leaseMs: { living: storeLeaseMs, dead: storeLeaseMs }, tokenDeadlineMs: { living: deadlineMs, dead: deadlineMs } },
    trapped: true,
    address: server.address,
  });
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
  try {
    const { lasts, strikesNext, begin } = storeFault(fault);
    // One request alone, so that the next thing its process asks the store is its own.
    const { caught, asked } = await hold(fleet, visitor, step, strikesNext ? 1 : 8);
    const living = (): readonly AppProcess[] => fleet.running.filter((process) => fate !== "stop" || process !== caught);
    const hasSent = (): boolean => journal.entries().some(({ process, what }, at) => at >= from && process === caught.number && what === "sent");

    if (fate !== "goes on") await endOrStop(fleet, caught, fate);
    if (strikesNext) {
      proxy.remove(caught.number);
      await traffic.quiet();
    }
    const mend = await begin(server, caught);
    if (fate === "goes on") await caught.ask("release", null);
    if (strikesNext) {
      await until(() => !server.wire(caught.number).armed(), "the request that is struck");
      proxy.add(caught.number, caught.port);
      traffic.resume();
    }

    traffic.add([visitor, ...others]);
    // Whatever was done to its one request, its process finds that out by itself.
    if (strikesNext) await asked;
    if (lasts) await everybodyFeels(living(), awake);
    else if (fate !== "goes on") await everybodyServes(living(), awake);
    if (lasts || fate !== "goes on") {
      // A refresh in the middle of which so much time passes would be one more that was paused.
      if (fate === "goes on" && step === "before it sends the request") await until(hasSent, "the request to Spotify");
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
    // Who holds an unstored answer stores it by itself, while the others let it go first; who holds a lease and was not told so finds that out. Nobody waits for the end of a lease.
    if (fate === "goes on") await everybodyServes(fleet.running, visitor);
    if (fate === "stop") await newestStored(fleet, visitor.user);

    const [disturbed] = await patiently(fleet, Promise.all([asked, traffic.stop()]));
    const lost = await lostOf(fleet, [visitor, awake, ...others], from, behaviour);
    const answers = [...disturbed.map((answer) => ({ ...answer, user: visitor.user })), ...traffic.answers];
    return { disturbed, lost, answers, caught: caught.number, recoveryMs };
  } finally {
    void traffic.stop().catch(() => undefined);
  }
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
  // A failure before it is awaited is told by whoever fails.
  asked.catch(() => undefined);
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

/** Resolves when each of the processes has met the fault, and said so to this visitor. */
async function everybodyFeels(processes: readonly AppProcess[], { user, cookie }: Visitor): Promise<void> {
  await Promise.all(
    processes.map(async ({ number, port }) => {
      const direct = visitorWith(`http://127.0.0.1:${port}`, user, cookie);
      const giveUpAt = performance.now() + 30_000;
      while ((await direct.ask()).status !== 503) if (performance.now() > giveUpAt) throw new Error(`Process ${number} does not feel the fault.`);
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
      lost.set(visitor.user, judge(historyOf(fleet, visitor.user), fleet.journal.entries().slice(from), { behaviour, deadlineMs }));
    }
    expire(fleet);
  }
  return lost;
}
