import type { RefreshBehaviour } from "@refrain/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disturb, type Disturbance, leaseMs, type Outcome, startDisturbedFleet, type StepName, stepNames } from "./disturb.js";
import { draws } from "./draws.js";
import { type Fleet, nameOf, type Visitor } from "./fleet.js";
import { type ServerName, serverNames, startStoreServer, type StoreServer } from "./store-server.js";
import { tellFailure } from "./tell-failure.js";

const long = process.env["MODE"] === "faults";
const seed = Number(process.env["FAULTS_SEED"] ?? Date.now() % 1_000_000);
const timeout = 120_000;

/** At which steps a server of each kind may cost a user, by which fate. Everywhere else a loss is a failure whatever the judge says. */
const costly: Readonly<Record<"strict" | "family", Readonly<Record<Disturbance["fate"], readonly StepName[]>>>> = {
  strict: { kill: ["while its request is on its way", "while the answer is on its way", "when it has the answer", "before it stores the tokens"], stop: [] },
  family: {
    kill: ["while its request is on its way", "while the answer is on its way", "when it has the answer", "before it stores the tokens"],
    stop: [
      "before it sends the request",
      "while its request is on its way",
      "while the answer is on its way",
      "when it has the answer",
      "before it stores the tokens",
    ],
  },
};
const mayCost = (behaviour: RefreshBehaviour, { fate, step }: Disturbance): boolean =>
  (behaviour === "strict" || behaviour === "family") && costly[behaviour][fate].includes(step);

/** What the processes share, and how Spotify behaves. In the short run a server of its own sees only the drawn steps. */
const scenes: readonly (readonly ["SQLite file" | ServerName, RefreshBehaviour])[] = [
  ...(["family", "strict", "non-rotating"] as const).map((behaviour) => ["SQLite file", behaviour] as const),
  ...serverNames.flatMap((name) => (long ? (["family", "strict"] as const) : (["family"] as const)).map((behaviour) => [name, behaviour] as const)),
];

describe.each(scenes)("four processes on one %s and a %s server", (place, behaviour) => {
  const everyStep = long || place === "SQLite file";
  let server: StoreServer | undefined;
  let fleet: Fleet;
  let bystanders: readonly Visitor[];
  let signedIn = 0;
  beforeAll(async () => {
    if (place !== "SQLite file") server = await startStoreServer(place);
    fleet = await startDisturbedFleet(behaviour, 50, server);
    bystanders = [await fleet.signIn(nameOf(48)), await fleet.signIn(nameOf(49))];
  }, timeout);
  afterAll(async () => {
    await fleet.close();
    await server?.stop();
  });

  const signIn = (): Promise<Visitor> => fleet.signIn(nameOf(signedIn++ % 48));

  function passes(visitor: Visitor, how: Disturbance): Promise<Outcome> {
    return tellFailure(`${place}, ${behaviour}, seed ${seed}: ${JSON.stringify(how)}`, fleet, () => outcomeOf(visitor, how));
  }

  async function outcomeOf(visitor: Visitor, how: Disturbance): Promise<Outcome> {
    const outcome = await disturb(fleet, visitor, bystanders, how, behaviour);
    const { verdict, caught } = outcome;
    const lost = verdict !== null;
    expect(verdict?.avoidable ?? false, JSON.stringify(verdict)).toBe(false);
    expect(lost && !mayCost(behaviour, how), JSON.stringify(verdict)).toBe(false);
    // Whoever was at a killed process has no answer. Nobody is told more than to wait, and nobody but this one user even that.
    const unanswered = (status: number, at: unknown): boolean => how.fate === "kill" && status === 502 && Number(at) === caught;
    for (const { status, headers } of outcome.answers) {
      if (!unanswered(status, headers["x-process"])) expect(lost ? [200, 401, 503] : [200, 503]).toContain(status);
    }
    for (const { status } of outcome.bystanders) expect(status).toBe(200);
    return outcome;
  }

  const rows = !everyStep ? [] : behaviour === "family" ? stepNames : behaviour === "strict" ? costly.strict.kill : [];
  const plain = { ms: leaseMs + 100, wakesEarly: false, arrivesFirst: true };

  it.each(rows)("F-013 F-006 the process that refreshes is killed %s: nobody is lost who could be kept", { timeout }, async (step) => {
    const visitor = await signIn();
    const { verdict, answers } = await passes(visitor, { ...plain, fate: "kill", step });
    expect(verdict === null).toBe(!mayCost(behaviour, { ...plain, fate: "kill", step }));
    // The others took over within their callers' wait.
    if (verdict === null) expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(12);
  });

  it.each(rows)("F-005 the process that refreshes is stopped past its lease %s: nobody is lost who could be kept", { timeout }, async (step) => {
    const visitor = await signIn();
    const { verdict } = await passes(visitor, { ...plain, fate: "stop", step });
    expect(verdict === null).toBe(!mayCost(behaviour, { ...plain, fate: "stop", step }));
  });

  it.each<StepName>(everyStep && behaviour === "strict" ? ["while its request is on its way", "while the answer is on its way"] : [])(
    "F-005 the process that refreshes is stopped for five minutes %s: it reads the answer before it gives the request up, and nobody is lost",
    { timeout },
    async (step) => expect((await passes(await signIn(), { ...plain, ms: 300_000, fate: "stop", step })).verdict).toBeNull(),
  );

  it.each(long ? rows : [])(
    "F-005 the process that refreshes is stopped %s until its lease is over in real time: nobody is lost who could be kept",
    { timeout },
    async (step) => {
      const how: Disturbance = { ...plain, ms: 0, fate: "stop", step };
      expect((await passes(await signIn(), how)).verdict === null).toBe(!mayCost(behaviour, how));
    },
  );

  const count = long ? 70 : 2;
  it(`F-005 F-013 ${count} kills and ${count} pauses at drawn steps cost nobody who could be kept (seed ${seed})`, { timeout: count * 30_000 }, async () => {
    const random = draws(seed);
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] ?? expect.unreachable("nothing to pick from");
    const tally = new Map<string, number>();
    const add = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    let kept: Visitor[] = [];
    for (let round = 0; round < 2 * count; round++) {
      const visitor = kept.length < 3 || random() < 0.2 ? await signIn() : (kept.splice(Math.floor(random() * kept.length), 1)[0] ?? (await signIn()));
      const how: Disturbance = {
        fate: round % 2 === 0 ? "kill" : "stop",
        step: pick(stepNames),
        ms: pick([leaseMs + 100, 60_000, 300_000]),
        wakesEarly: random() < 0.5,
        arrivesFirst: random() < 0.5,
      };
      const { verdict, answers } = await passes(visitor, how);
      add(how.fate);
      for (const { status } of answers) add(`${status}`);
      add(verdict === null ? "kept" : `lost: ${verdict.why}`);
      kept = kept.filter(({ user }) => user !== visitor.user);
      if (verdict === null) kept.push(visitor);
    }
    console.log(
      `${place}, ${behaviour}, seed ${seed}: ${JSON.stringify(Object.fromEntries([...tally].toSorted(([one], [other]) => one.localeCompare(other))))}, avoidable: 0`,
    );
    expect(tally.get("kill")).toBe(count);
    expect(tally.get("stop")).toBe(count);
    for (const visitor of kept) expect((await visitor.ask()).status).toBe(200);
  });
});
