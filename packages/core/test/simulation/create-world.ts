import { hash } from "../../src/grants/identifiers.js";
import { loadRefresher } from "../../src/grants/refresher-on-use.js";
import type { Journal } from "./journal.js";
import type { Plan } from "./plan.js";
import { createRules } from "./rules.js";
import { createProcess } from "./simulated-process.js";
import { createSpotify } from "./simulated-spotify.js";
import { connectStore, createRows } from "./simulated-store.js";
import type { Timeline } from "./timeline.js";
import { connectTokenEndpoint } from "./token-wire.js";
import { createVault } from "./vault.js";
import type { World } from "./world.js";

/** A world before its first instant: its processes run, and nobody is signed in. */
export async function createWorld(seed: number, plan: Plan, names: readonly string[], timeline: Timeline, journal: Journal): Promise<World> {
  // Loading takes real time, of which nothing passes here.
  await loadRefresher();
  const keys = new Map<string, string>();
  for (const user of names) keys.set(user, await hash(`client:${user}`));
  const users = new Map([...keys].map(([user, key]) => [key, user]));
  const callsMade: number[] = [];
  const requestsMade: number[] = [];
  const count = (made: number[], process: number): number => (made[process] = (made[process] ?? 0) + 1);

  const world: World = {
    seed,
    plan,
    timeline,
    journal,
    vault: createVault(),
    rows: createRows(() => timeline.now()),
    spotify: createSpotify(plan.kind, plan.lifetimeMs, () => timeline.now()),
    rules: undefined as unknown as World["rules"],
    processes: [],
    stormy: false,
    clocksDisagree: false,
    heldUntil: 0,
    cutOffUntil: [],
    awayUntil: { everything: 0, swap: 0 },
    endings: [],
    storeFailedAt: new Map(),
    watchers: new Set(),
    userOf: (key) => users.get(key) ?? null,
    userKey: (user) => keys.get(user) ?? "",
    nameOf: (keyOrUser) => users.get(keyOrUser) ?? (keys.has(keyOrUser) ? keyOrUser : "the client"),
    nextCall: (process) => count(callsMade, process),
    nextRequest: (process) => count(requestsMade, process),
    noteStoreFault: (sender) => void world.storeFailedAt.set(sender, timeline.now()),
    noteThrottle: (ms) => void (world.heldUntil = Math.max(world.heldUntil, timeline.now() + Math.min(ms, 600_000))),
  };
  Object.assign(world, { rules: createRules(world) });
  for (let number = 0; number < plan.processes; number += 1) {
    world.processes.push(createProcess(world, number, (own) => ({ store: connectStore(world, own), tokenEndpoint: connectTokenEndpoint(world, own) })));
  }
  return world;
}
