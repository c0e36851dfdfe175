import { isGrant } from "../../src/machine/grant.js";
import { type Browser, createBrowsers, type Visit } from "./browsers.js";
import { createCalls } from "./calls.js";
import { createWorld } from "./create-world.js";
import { createJournal, type Failure } from "./journal.js";
import type { Plan } from "./plan.js";
import { settle } from "./settle.js";
import { createTimeline, quiet } from "./timeline.js";

/** Many users of two processes, with a clock that is moved by hand. */
export interface Fleet {
  readonly users: readonly string[];
  /** Rules that were broken on the way. */
  readonly failures: readonly Failure[];
  pass(ms: number): Promise<void>;
  /** Whether half of all refreshes end with a false invalid_grant. */
  lies(on: boolean): void;
  revoke(user: string): void;
  visit(user: string): Promise<Visit>;
  signIn(user: string): Promise<boolean>;
  /** What an operator does after a provider's mistake: one more try for each key of the store. */
  retryAll(): Promise<void>;
  phaseOf(user: string): string;
  sessionsOf(user: string): readonly string[];
}

const plan: Plan = {
  weather: "storm",
  kind: "non-rotating",
  processes: 2,
  users: 0,
  lifetimeMs: 3_600_000,
  storeOdds: [],
  tokenOdds: [["lie", 0.5]],
  suddenOdds: 0,
  watches: false,
  readsAtOnce: false,
  steps: [],
  endsAt: 0,
};

/** Everybody is signed in, in one browser each. */
export async function openFleet(size: number): Promise<Fleet> {
  const users = Array.from({ length: size }, (_, number) => `user${number}`);
  const timeline = createTimeline();
  const journal = createJournal(() => timeline.now(), { told: false, without: new Set() });
  const world = await createWorld(1, { ...plan, users: size }, users, timeline, journal);
  const people = users.map((user, number): Browser => ({ number, user, session: null, state: "out" }));
  const browsers = createBrowsers(world, createCalls(world), people);
  const byUser = new Map(people.map((browser) => [browser.user, browser]));
  const browserOf = (user: string): Browser => {
    const found = byUser.get(user);
    if (found === undefined) throw new RangeError(`there is no ${user}`);
    return found;
  };
  const processOf = (user: string): number => browserOf(user).number % plan.processes;
  const record = (user: string) => {
    const found = world.vault.look(world.rows.get(world.userKey(user))) as Parameters<typeof isGrant>[0];
    if (!isGrant(found)) throw new Error(`${user} has no grant`);
    return found;
  };
  const signIn = (user: string): Promise<boolean> => settle(timeline, browsers.signIn(browserOf(user), processOf(user), 0));
  for (const user of users) await signIn(user);

  return {
    users,
    failures: journal.failures,
    async pass(ms) {
      const until = timeline.now() + ms;
      while (timeline.step(until)) await quiet();
    },
    lies: (on) => void (world.stormy = on),
    revoke: (user) => world.spotify.end(user, "revoked"),
    visit: (user) => settle(timeline, browsers.visit(browserOf(user), processOf(user))),
    signIn,
    async retryAll() {
      for (const key of world.rows.keys()) {
        const user = world.userOf(key);
        if (user !== null) await settle(timeline, browsers.retry(user, 0));
      }
    },
    phaseOf: (user) => record(user).phase.name,
    sessionsOf: (user) => record(user).sessions.map(({ id }) => id),
  };
}
