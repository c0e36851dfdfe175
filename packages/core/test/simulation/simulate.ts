import { type Browser, type Browsers, createBrowsers } from "./browsers.js";
import { createCalls } from "./calls.js";
import { withCountedCrypto } from "./counted-crypto.js";
import { createWorld } from "./create-world.js";
import { dice } from "./dice.js";
import { createJournal, type Failure } from "./journal.js";
import { browsersPerUser, drawPlan, type Plan, type Step } from "./plan.js";
import { recover } from "./recover.js";
import { settle, Unsettled } from "./settle.js";
import { createTimeline, quiet } from "./timeline.js";
import type { World } from "./world.js";

/** What one run came to. */
export interface Run {
  readonly seed: number;
  readonly plan: Plan;
  readonly failures: readonly Failure[];
  /** One sentence per step; empty unless it was asked for. */
  readonly lines: readonly string[];
  /** Ids of the faults and steps that took part. */
  readonly struck: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Runs one seed: real engines on a virtual clock, a store and a Spotify on which everything may go wrong, then a recovery in which nothing does.
 *
 * @param options.told Write down what happens. @param options.without Ids of faults and steps to leave out.
 */
export function simulate(seed: number, options: { readonly told?: boolean; readonly without?: ReadonlySet<string> } = {}): Promise<Run> {
  return withCountedCrypto(async () => {
    const plan = drawPlan(seed);
    const timeline = createTimeline();
    const journal = createJournal(() => timeline.now(), { told: options.told ?? false, without: options.without ?? new Set() });
    const world = await createWorld(seed, plan, names.slice(0, plan.users), timeline, journal);
    const calls = createCalls(world);
    const browsers = createBrowsers(world, calls, createPeople(plan));
    journal.say(() => `seed ${seed}: ${plan.weather}, a ${plan.kind} server, ${plan.processes} processes, ${plan.users} users`);

    for (const browser of browsers.all) await settle(timeline, browsers.signIn(browser, browser.number % plan.processes, 0));
    world.stormy = true;
    for (const step of plan.steps) timeline.after(step.at - timeline.now(), () => (journal.strikes(step.id) ? take(world, browsers, step) : undefined));
    while (timeline.step(plan.endsAt)) await quiet();
    await recover(world, browsers, calls).catch((error: unknown) => {
      if (!(error instanceof Unsettled)) throw error;
      journal.broken("I7 every call ends", calls.open().join(", "));
    });
    const { failures, lines, struck, counts } = journal;
    return { seed, plan, failures, lines, struck, counts };
  });
}

const names = ["ada", "ben"];

function createPeople({ users }: Plan): Browser[] {
  return Array.from({ length: users * browsersPerUser }, (_, number) => ({ number, user: names[number % users] ?? "", session: null, state: "out" as const }));
}

function take(world: World, browsers: Browsers, step: Step): void {
  const { does } = step;
  const browser = "browser" in does ? browsers.all[does.browser] : browsers.all[0];
  if (browser === undefined) throw new RangeError("there is no such browser");
  const process = "process" in does ? world.processes[does.process] : world.processes[0];
  if (process === undefined) throw new RangeError("there is no such process");
  const { number } = process;
  switch (does.kind) {
    case "visit":
      return void visitAgain(world, browsers, browser, number, step.at);
    case "job":
      return void browsers.job(browser, number).then((visit) => judgeVisit(world, visit));
    case "sign in":
      return void browsers.signIn(browser, number, does.tookMs);
    case "sign out":
      return void browsers.signOut(browser, number);
    case "disconnect":
      return void browsers.close(browser, number, "disconnect", false);
    case "sign out everywhere":
      return void browsers.close(browser, number, "signOut", false);
    case "sign out elsewhere":
      return void browsers.close(browser, number, "signOut", true);
    case "retry":
      return void browsers.retry(browser.user, number);
    case "revoke":
    case "expire":
      world.journal.say(() => `${browser.user}'s consent is ${does.kind === "revoke" ? "taken back" : "six months old"}`);
      return world.spotify.end(browser.user, does.kind === "revoke" ? "revoked" : "expired");
    case "kill":
      return process.crash();
    case "close":
      return void world.endings.push(browsers.shutDown(process));
    case "stop":
      return process.pause(does.ms);
    case "cut off":
      world.cutOffUntil[number] = world.timeline.now() + does.ms;
      return world.journal.say(() => `${process.current().name} is cut off from the store for ${Math.round(does.ms / 1_000)} s`);
    case "outage":
      world.awayUntil[does.readable ? "swap" : "everything"] = world.timeline.now() + does.ms;
      return world.journal.say(() => `the store ${does.readable ? "refuses to write" : "is away"} for ${Math.round(does.ms / 1_000)} s`);
    case "clock":
      world.clocksDisagree = true;
      return process.setClock(does.offMs);
  }
}

const mostTurns = 4;

/** Who is told to come back later does, for a while. */
async function visitAgain(world: World, browsers: Browsers, browser: Browser, first: number, at: number): Promise<void> {
  const draw = dice(world.seed, 51, browser.number, Math.floor(at));
  let process = first;
  for (let turn = 1; turn <= mostTurns; turn += 1) {
    const visit = await browsers.visit(browser, process);
    judgeVisit(world, visit);
    if (visit !== "unavailable") return;
    await new Promise<void>((resolve) => void world.timeline.after(draw.between(500, 20_000), resolve));
    process = draw.whole(0, world.processes.length - 1);
  }
}

/** Where nothing fails that a process cannot mend at once, everybody is served at once; where only the store is away, they may have to wait. */
function judgeVisit({ plan, journal }: World, visit: string): void {
  if (plan.weather === "storm" || (plan.weather === "outage" && visit === "unavailable")) return;
  if (visit !== "served" && visit !== "signed out") journal.broken("who can be served is served", visit);
}
