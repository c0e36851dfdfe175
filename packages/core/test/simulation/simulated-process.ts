import type { Clock } from "../../src/clock.js";
import { createEmitter } from "../../src/events.js";
import { createEngine } from "../../src/grants/create-engine.js";
import type { Engine } from "../../src/grants/engine.js";
import { defaultTimings } from "../../src/machine/timings.js";
import type { TokenEndpoint } from "../../src/protocol/token-endpoint.js";
import type { Store } from "../../src/store/store.js";
import { type Dice, dice } from "./dice.js";
import type { Attempt } from "./simulated-spotify.js";
import type { World } from "./world.js";

/** A process from its start to its end. What reaches it while it is paused waits; what reaches it after its end is lost. */
export interface Incarnation {
  readonly name: string;
  readonly process: number;
  readonly engine: Engine;
  diedAt: number | null;
  /** When its last pause ended (never, while it lasts), and how long it was paused in all. */
  resumedAt: number;
  pausedMs: number;
  /** The leases it took, by store key: the latest one. */
  readonly leases: Map<string, Attempt["lease"] & object>;
  deliver(happen: () => void): void;
}

/** A process that is started anew when it ends. */
export interface SimulatedProcess {
  readonly number: number;
  readonly clock: Clock;
  current(): Incarnation;
  /** Ends at once; what it has not sent yet is never sent. */
  crash(): void;
  /** Stops for so long; its clocks go on. */
  pause(ms: number): void;
  resume(): void;
  /** Puts its wall clock off by so much from the true time. */
  setClock(offMs: number): void;
}

/** When every run begins, in Unix ms: a Tuesday in June. */
export const beganAt: number = Date.UTC(2026, 5, 16, 12);
export const waitMs = 10_000;
export const storeDeadlineMs = 2_000;
const origin = "http://127.0.0.1:3000";

export function createProcess(
  world: World,
  number: number,
  connect: (incarnation: () => Incarnation) => { readonly store: Store; readonly tokenEndpoint: TokenEndpoint },
): SimulatedProcess {
  const { timeline, journal } = world;
  let offMs = 0;
  let starts = 0;
  let paused: { readonly since: number; held: (() => void)[] } | null = null;
  let current = start();

  function start(): Incarnation {
    starts += 1;
    const own = (): Incarnation => incarnation;
    const random: Dice = dice(world.seed, 11, number, starts);
    const clock: Clock = {
      now: () => Math.floor(beganAt + timeline.now() + offMs),
      elapsed: () => timeline.now(),
      after(ms, callback) {
        const timer = { cancelled: false };
        const due = timeline.after(ms, () => incarnation.deliver(() => (timer.cancelled ? undefined : callback())));
        return () => {
          timer.cancelled = true;
          due.cancelled = true;
        };
      },
    };
    const { store, tokenEndpoint } = connect(own);
    const engine = createEngine({
      settings: {
        clientId: "client",
        clientSecret: undefined,
        redirectUri: new URL(`${origin}/callback`),
        scopes: [],
        secrets: [],
        store,
        basePath: "",
        prefix: "",
        cookieName: "refrain-3000",
        returnTo: "/",
        token: false,
        api: { allow: [], perMinute: 120 },
        issuer: origin,
        apiOrigin: origin,
        timings: defaultTimings,
        waitMs,
        storeDeadlineMs,
        maxRefreshes: 100,
        fetch,
        clock,
        random: () => random.next(),
        warnings: [],
      },
      sealer: world.vault,
      tokenEndpoint,
      emitter: createEmitter(),
      reauthorizeUrl: origin,
    });
    const incarnation: Incarnation = {
      name: starts === 1 ? `process ${number + 1}` : `process ${number + 1}, start ${starts},`,
      process: number,
      engine,
      diedAt: null,
      resumedAt: 0,
      pausedMs: 0,
      leases: new Map(),
      deliver(happen) {
        if (incarnation.diedAt !== null) return;
        if (paused === null) happen();
        else paused.held.push(happen);
      },
    };
    return incarnation;
  }

  const resume = (): void => {
    if (paused === null) return;
    const { held, since } = paused;
    paused = null;
    current.pausedMs += timeline.now() - since;
    current.resumedAt = timeline.now();
    journal.say(() => `${current.name} goes on`);
    // Timers and sockets come back in no order one could rely on.
    const order = dice(world.seed, 12, number, Math.floor(timeline.now()));
    for (const happen of held) timeline.after(order.between(0, 1), () => current.deliver(happen));
  };

  return {
    number,
    get clock() {
      return { now: () => Math.floor(beganAt + timeline.now() + offMs), elapsed: () => timeline.now(), after: () => () => undefined };
    },
    current: () => current,
    crash() {
      resume();
      current.diedAt = timeline.now();
      journal.say(() => `${current.name} is killed`);
      current = start();
    },
    pause(ms) {
      if (paused !== null) return;
      paused = { since: timeline.now(), held: [] };
      current.resumedAt = Infinity;
      journal.say(() => `${current.name} is stopped for ${Math.round(ms / 100) / 10} s`);
      timeline.after(ms, resume);
    },
    resume,
    setClock(nextMs) {
      if (nextMs === offMs) return;
      offMs = nextMs;
      journal.say(() => (nextMs === 0 ? `the clock of ${current.name} is right` : `the clock of ${current.name} is off by ${Math.round(nextMs / 60_000)} min`));
    },
  };
}
