import type { RefreshBehaviour } from "@refrain/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StepName } from "./disturb.js";
import { disturbStore, startFleetOn, type StoreDisturbance, storeLeaseMs, type StoreOutcome } from "./disturb-store.js";
import { draws } from "./draws.js";
import { expire, type Fleet, nameOf, type Visitor } from "./fleet.js";
import { storeFault, storeFaultNames } from "./store-faults.js";
import { type ServerName, serverNames, startStoreServer, type StoreServer } from "./store-server.js";
import { tellFailure } from "./tell-failure.js";

const long = process.env["MODE"] === "faults";
const seed = Number(process.env["FAULTS_SEED"] ?? Date.now() % 1_000_000);
const timeout = 120_000;
const count = long ? 30 : 1;

/** The steps at which the app is held while the store begins to fail. */
const heldAt: readonly StepName[] = [
  "before it takes the lease",
  "when it has the lease",
  "before it sends the request",
  "when it has the answer",
  "before it stores the tokens",
  "when it has stored the tokens",
];
const short = 4_000;
const beyondLease = storeLeaseMs + 60_000;

const behaviours: readonly RefreshBehaviour[] = long ? ["family", "strict"] : ["family"];
const rows = serverNames.flatMap((name) => behaviours.map((behaviour): [ServerName, RefreshBehaviour] => [name, behaviour]));

describe.each(rows)("four processes on one %s and a %s server", (name, behaviour) => {
  const random = draws(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] ?? expect.unreachable("nothing to pick from");
  const tally = new Map<string, number>();
  const add = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
  let server: StoreServer;
  let fleet: Fleet;
  let visitors: Visitor[];
  let slowestMs = 0;
  let avoidablyLost = 0;

  beforeAll(async () => {
    server = await startStoreServer(name);
    fleet = await startFleetOn(server, behaviour, 5);
    visitors = await Promise.all([0, 1, 2, 3, 4].map((index) => fleet.signIn(nameOf(index))));
  }, timeout);
  afterAll(async () => {
    await fleet?.close();
    await server?.stop();
    const counts = Object.fromEntries([...tally].toSorted(([one], [other]) => one.localeCompare(other)));
    console.log(`${name}, ${behaviour}, seed ${seed}: ${JSON.stringify(counts)}, avoidable: ${avoidablyLost}, slowest recovery ${Math.round(slowestMs)} ms`);
  });

  function passes(how: StoreDisturbance): Promise<StoreOutcome> {
    return tellFailure(`${name}, ${behaviour}, seed ${seed}: ${JSON.stringify(how)}`, fleet, () => outcomeOf(how));
  }

  async function outcomeOf(how: StoreDisturbance): Promise<StoreOutcome> {
    const [visitor, awake, ...others] = visitors;
    if (visitor === undefined || awake === undefined) expect.unreachable("nobody");
    const outcome = await disturbStore(fleet, server, [visitor, awake, ...others], how, behaviour);
    const { lost, answers, caught, recoveryMs } = outcome;
    const [...users] = visitors;
    for (const [index, { user }] of users.entries()) if (lost.has(user)) visitors[index] = await fleet.signIn(user);
    // Everybody is the one that is caught in turn.
    visitors.push(...visitors.splice(0, 1));
    const told = JSON.stringify([...lost]);
    const avoidable = [...lost.values()].filter((verdict) => verdict.avoidable);
    avoidablyLost += avoidable.length;
    expect(avoidable, told).toEqual([]);
    // Nobody, however long the store is away, as long as no process ends or stands still for longer than a lease.
    if (how.fate === "goes on" || (how.fate === "stop" && how.ms < storeLeaseMs)) expect([...lost.keys()], told).toEqual([]);
    expect([...lost.keys()], told).not.toContain(awake.user);
    for (const { status, headers, user } of answers) {
      if (how.fate === "kill" && status === 502 && Number(headers["x-process"]) === caught) continue;
      // A verdict that a late success takes back was heard as well.
      const mayBeRefused = lost.has(user) || (behaviour === "strict" && how.ms > storeLeaseMs);
      expect(mayBeRefused ? [200, 401, 503] : [200, 503], told).toContain(status);
    }
    add(how.fault);
    add(how.fate);
    for (const { status } of answers) add(`${status}`);
    for (const { why } of lost.values()) add(`lost: ${why}`);
    slowestMs = Math.max(slowestMs, recoveryMs);
    return outcome;
  }

  it("nothing fails: one refresh for each user, whoever asks where", { timeout }, async () => {
    const calls = (): number => fleet.emulator.tokenCalls({ grantType: "refresh_token" });
    const before = calls();
    expire(fleet);
    const answers = (await Promise.all(visitors.map((visitor) => visitor.askAtOnce(8)))).flat();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(calls() - before).toBe(visitors.length);
  });

  it.each(storeFaultNames.filter((fault) => !storeFault(fault).strikesNext))(
    "F-001 F-002 F-016 %s in the middle of a refresh: nobody is lost",
    { timeout },
    async (fault) => {
      await passes({ fault, step: pick(heldAt), fate: "goes on", ms: short });
    },
  );

  const struck = storeFaultNames.filter((fault) => storeFault(fault).strikesNext);
  it.each(struck.flatMap((fault) => (["before it takes the lease", "before it stores the tokens"] as const).map((step) => [fault, step] as const)))(
    "F-000 F-016 %s, %s: it goes on by itself, and nobody is lost",
    { timeout },
    async (fault, step) => {
      const { disturbed } = await passes({ fault, step, fate: "goes on", ms: short });
      expect(disturbed.map(({ status }) => status)).toEqual([200]);
    },
  );

  it(
    `F-005 F-013 F-016 ${count} processes are killed and ${count} stopped while the store fails: nobody is lost who could be kept (seed ${seed})`,
    { timeout: count * 60_000 },
    async () => {
      const faults = storeFaultNames.filter((fault) => !storeFault(fault).strikesNext);
      for (let round = 0; round < 2 * count; round++) {
        await passes({ fault: pick(faults), step: pick(heldAt), fate: round % 2 === 0 ? "kill" : "stop", ms: pick([short, beyondLease]) });
      }
      expect([tally.get("kill"), tally.get("stop")]).toEqual([count, count]);
    },
  );

  it.each(long ? [count] : [])(
    "F-016 %i failures of the store, also for longer than a lease: nobody is lost who could be kept",
    { timeout: count * 60_000 },
    async () => {
      for (let round = 0; round < count; round++) {
        await passes({ fault: pick(storeFaultNames), step: pick(heldAt), fate: "goes on", ms: pick([short, beyondLease]) });
      }
    },
  );
});
