import type { GrantHistory, RefreshBehaviour } from "@refrain/emulator";
import { existsSync } from "node:fs";
import type { Answer } from "client-kit/http";
import { type AppProcess, expire, fateOf, type Fleet, layTrap, startFleet, type Visitor } from "./fleet.js";
import type { Noted } from "./journal.js";
import { judge, type Verdict } from "./judge.js";
import type { StoreServer } from "./store-server.js";
import type { Step } from "./traps.js";
import { until } from "./until.js";

/** The steps of a refresh at which a process can be killed or stopped, as sentences say them. The two in the middle are steps of Spotify's. */
export const steps = {
  "before it takes the lease": "before swap 1",
  "when it has the lease": "after swap 1",
  "before it sends the request": "before fetch 1",
  "while its request is on its way": "request unread",
  "while the answer is on its way": "answer on its way",
  "when it has the answer": "after fetch 1",
  "before it stores the tokens": "before swap 2",
  "when it has stored the tokens": "after swap 2",
} as const;
export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as readonly StepName[];

/** One refresh that is disturbed: what happens, where, and what else. */
export interface Disturbance {
  readonly fate: "kill" | "stop";
  readonly step: StepName;
  /** For how long the process stands still, or how long passes after the kill. Longer than a lease. */
  readonly ms: number;
  /** The process goes on while the others still take over; else once they are done. */
  readonly wakesEarly: boolean;
  /** A request that is on its way reaches Spotify before the others take over; else after them. */
  readonly arrivesFirst: boolean;
}

/** What came of it. `verdict` is null for a user who is still signed in. */
export interface Outcome {
  readonly verdict: Verdict | null;
  readonly answers: readonly Answer[];
  readonly bystanders: readonly Answer[];
  /** The number of the process that was killed or stopped. */
  readonly caught: number;
}

export const leaseMs = 6_000;
export const deadlineMs = 4_000;

/** Four processes with short leases, whose callers wait longer than a lease; on a SQLite file, or on a server. */
export function startDisturbedFleet(refresh: RefreshBehaviour, users: number, server?: StoreServer): Promise<Fleet> {
  const timings = { leaseMs: { living: 8_000, dead: leaseMs }, tokenDeadlineMs: { living: 6_000, dead: deadlineMs } };
  return startFleet({ users, refresh, timings, waitMs: 30_000, trapped: true, ...(server && { address: server.address }) });
}

let tickets = 0;

/** Lets the visitor's token expire, sends 20 requests of theirs at once, disturbs whichever process refreshes, and finds out what became of the visitor. */
export async function disturb(fleet: Fleet, visitor: Visitor, others: readonly Visitor[], how: Disturbance, behaviour: RefreshBehaviour): Promise<Outcome> {
  expire(fleet);
  for (const other of others) if ((await other.ask()).status !== 200) throw new Error(`${other.user} is not signed in.`);
  const from = fleet.journal.entries().length;
  const sentSince = (): readonly Noted[] => fleet.journal.entries().slice(from);

  const { user } = visitor;
  const catching = isSpotifys(how.step) ? catchOutside(fleet, user, how, sentSince) : await catchInside(fleet, user, how, sentSince);
  const asked = visitor.askAtOnce(20);
  const caught = await catching.caught();
  if (how.fate === "kill") await caught.ended;
  fleet.proxy.remove(caught.number);
  fleet.journal.write({ process: caught.number, what: how.fate === "kill" ? "killed" : "stopped" });
  const bystanders = (await Promise.all(others.map((other) => other.askAtOnce(4)))).flat();
  const late = await (how.fate === "kill" ? afterKill : afterStop)(fleet, visitor, caught, how, catching.release);
  const answers = [...(await asked), late];

  const verdict = (await isKept(fleet, visitor)) ? null : judge(historyOf(fleet, user), sentSince(), { behaviour, deadlineMs });
  return { verdict, answers, bystanders, caught: caught.number };
}

/** Now, and when the next refresh has shown that the refresh token is a good one. */
async function isKept(fleet: Fleet, visitor: Visitor): Promise<boolean> {
  if ((await fateOf(fleet, visitor)) === "lost") return false;
  expire(fleet);
  return (await fateOf(fleet, visitor)) === "kept";
}

interface Catching {
  /** Resolves when a process is about to end or to stand still, or does. */
  caught(): Promise<AppProcess>;
  /** Lets the request on its way reach Spotify, or the answer leave it. */
  release(): void;
}

/** The process kills or stops itself, in the very step. */
async function catchInside(fleet: Fleet, visitor: string, { fate, step }: Disturbance, since: () => readonly Noted[]): Promise<Catching> {
  const ticket = fleet.path(`ticket-${++tickets}`);
  await layTrap(fleet, { visitor, step: steps[step] as Step, fate, ticket });
  return {
    async caught() {
      await until(() => existsSync(ticket), `a process to be caught ${step}`);
      const entry = (): Noted | undefined => since().find(({ what }) => what === "caught");
      await until(() => entry() !== undefined, "the note of the process that was caught");
      return fleet.process(entry()?.process ?? 0);
    },
    release: () => undefined,
  };
}

/** The process is killed or stopped from outside, when Spotify says that the request is there. */
function catchOutside(fleet: Fleet, user: string, { fate, step }: Disturbance, since: () => readonly Noted[]): Catching {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const processed = step === "while its request is on its way" ? "after" : "before";
  fleet.emulator.fault({ on: "token", grantType: "refresh_token", user, times: 1, kind: "held", until: held, processed });
  return {
    async caught() {
      await until(() => fleet.emulator.log.some((entry) => entry.user === user && entry.fault === "held" && entry.delivery === "pending"), "the request");
      const sender = since().find(({ what }) => what === "sent")?.process ?? 0;
      fleet.journal.write({ process: sender, what: "caught", step: steps[step], visitor: user });
      const process = fleet.process(sender);
      process.signal(fate === "kill" ? "SIGKILL" : "SIGSTOP");
      return process;
    },
    release,
  };
}

/** Time passes and the others take over. Resolves to the answer of a request that came after the kill. */
async function afterKill(fleet: Fleet, visitor: Visitor, caught: AppProcess, how: Disturbance, release: () => void): Promise<Answer> {
  if (how.arrivesFirst) release();
  if (holdsLease(how.step)) fleet.clock.advance(how.ms);
  const late = await visitor.ask();
  await elsewhereDone(fleet, caught);
  release();
  await fleet.start();
  return late;
}

/** Time passes, the others take over, and the process goes on. Resolves to the answer of a request that came while it stood still. */
async function afterStop(fleet: Fleet, visitor: Visitor, caught: AppProcess, how: Disturbance, release: () => void): Promise<Answer> {
  // Where nobody waits for its lease, a moved clock would end the lease of somebody who is not paused.
  const early = holdsLease(how.step) ? null : await visitor.ask();
  if (how.arrivesFirst) release();
  fleet.clock.advance(how.ms);
  const late = early ?? visitor.ask();
  if (!how.wakesEarly) {
    await late;
    await elsewhereDone(fleet, caught);
  }
  release();
  await until(() => isAnswered(fleet), "Spotify's answer");
  const calls = fleet.emulator.tokenCalls({ user: visitor.user });
  fleet.journal.write({ process: caught.number, what: "continued" });
  caught.signal("SIGCONT");
  if (how.step === "before it sends the request") await until(() => fleet.emulator.tokenCalls({ user: visitor.user }) > calls, "the request");
  await newestStored(fleet, visitor.user);
  fleet.proxy.add(caught.number, caught.port);
  return late;
}

function elsewhereDone({ proxy }: Fleet, { number }: AppProcess): Promise<void> {
  return until(() => proxy.elsewhere(number) === 0, "the other processes to answer", 60_000);
}

function isAnswered({ emulator }: Fleet): boolean {
  return !emulator.log.some(({ endpoint, delivery }) => endpoint === "token" && delivery === "pending");
}

/** Resolves when the newest token that reached a living process is stored. A clock that is moved sooner would be one more pause, of whoever has it in hand. */
export function newestStored(fleet: Fleet, user: string): Promise<void> {
  const isStored = (token: string): boolean => fleet.journal.entries().some((entry) => entry.what === "stored" && entry.token === token);
  return until(() => {
    const newest = historyOf(fleet, user).refreshTokens.at(-1);
    return isAnswered(fleet) && (newest === undefined || newest.parent === null || newest.delivery === "lost" || isStored(newest.fingerprint));
  }, "the newest token to be stored");
}

function isSpotifys(step: StepName): boolean {
  return step === "while its request is on its way" || step === "while the answer is on its way";
}

function holdsLease(step: StepName): boolean {
  return step !== "before it takes the lease" && step !== "when it has stored the tokens";
}

/** What Spotify knows of the user's newest grant. */
export function historyOf({ emulator }: Fleet, user: string): GrantHistory {
  const history = emulator.history.findLast((grant) => grant.user === user);
  if (history === undefined) throw new Error("Spotify knows nothing of this user.");
  return history;
}
