import { type Dice, dice } from "./dice.js";
import { drawOdds, type Odds, type StoreFault, storeFaults, type TokenFault, tokenFaults } from "./fates.js";
import { type ServerKind, serverKinds } from "./simulated-spotify.js";

/**
 * What a run is about, drawn from its seed.
 *
 * `calm`: nothing goes wrong, so exactly one refresh per expiry. `acknowledgements`: the store's word that a swap was applied may be lost, and nothing else goes wrong, so everybody is served soon.
 * `outage`: as that, and the store is away for everybody, or refuses to write, for a while; users may have to wait, but nobody is lost.
 * `storm`: everything goes wrong; users may have to wait, but nobody is lost who need not be.
 */
export interface Plan {
  readonly weather: "calm" | "acknowledgements" | "outage" | "storm";
  readonly kind: ServerKind;
  readonly processes: number;
  readonly users: number;
  readonly lifetimeMs: number;
  readonly storeOdds: Odds<StoreFault>;
  readonly tokenOdds: Odds<TokenFault>;
  /** How often a process is killed or stopped in the middle of a call. */
  readonly suddenOdds: number;
  /** Whether the store tells of changes. */
  readonly watches: boolean;
  /** Whether reads are answered at once, as by a database in the process itself. */
  readonly readsAtOnce: boolean;
  /** By time. */
  readonly steps: readonly Step[];
  readonly endsAt: number;
}

export interface Step {
  readonly id: string;
  readonly at: number;
  readonly does: Deed;
}

export type Deed =
  | { readonly kind: "visit" | "sign in" | "sign out"; readonly browser: number; readonly process: number; readonly tookMs: number }
  | { readonly kind: "job" | "disconnect" | "sign out everywhere" | "sign out elsewhere" | "retry"; readonly browser: number; readonly process: number }
  | { readonly kind: "revoke"; readonly browser: number }
  | { readonly kind: "expire"; readonly browser: number }
  | { readonly kind: "kill" | "close"; readonly process: number }
  | { readonly kind: "stop" | "cut off"; readonly process: number; readonly ms: number }
  /** `readable`: it only refuses to write. */
  | { readonly kind: "outage"; readonly ms: number; readonly readable: boolean }
  | { readonly kind: "clock"; readonly process: number; readonly offMs: number };

export const browsersPerUser = 2;

export function drawPlan(seed: number): Plan {
  const draw = dice(seed, 1);
  const luck = draw.next();
  // A throw of its own, so that every other seed remains the story that it was.
  const clearing = dice(seed, 3).chance(0.2) ? "outage" : "storm";
  const weather = luck < 0.15 ? "calm" : luck < 0.25 ? "acknowledgements" : clearing;
  const processes = draw.whole(1, 4);
  const users = draw.whole(1, 2);
  const lifetimeMs = draw.pick([3_600_000, 3_600_000, 300_000, 30_000, 6_000]);
  const storm = weather === "storm";
  const steps: Step[] = [];
  const add = (at: number, does: Deed): void => void steps.push({ id: `step ${steps.length + 1} (${sentence(does)})`, at, does });

  let time = 60_000;
  // Some machine's clock was never right.
  if (storm && draw.chance(0.2)) add(30_000, { kind: "clock", process: draw.whole(0, processes - 1), offMs: draw.pick(wrongMs) });
  for (let burst = draw.whole(2, 4); burst > 0; burst -= 1) {
    time += drawGap(draw, lifetimeMs);
    const spreadMs = draw.pick([10, 1_000, 20_000, 120_000]);
    const anywhere = (): number => draw.whole(0, processes - 1);
    const anyone = (): number => draw.whole(0, users * browsersPerUser - 1);
    for (let visits = draw.whole(2, lifetimeMs < 60_000 ? 16 : 8); visits > 0; visits -= 1) {
      const at = time + draw.between(0, spreadMs);
      if (draw.chance(0.85)) add(at, { kind: "visit", browser: anyone(), process: anywhere(), tookMs: 0 });
      else add(at, { kind: "job", browser: anyone(), process: anywhere() });
    }
    for (let deeds = draw.pick([0, 0, 0, 1, 2]); deeds > 0; deeds -= 1) {
      const at = time + draw.between(0, spreadMs);
      const deed = drawDeed(draw, anyone(), anywhere(), storm);
      add(at, deed);
      // The same user in two browsers: both come back from Spotify at about the same time.
      if (deed.kind === "sign in" && draw.chance(0.5)) {
        add(at + draw.between(0, 100), { ...deed, browser: (deed.browser + users) % (users * browsersPerUser), process: anywhere() });
      }
    }
    if (storm)
      for (let troubles = draw.pick([0, 0, 1, 1, 2]); troubles > 0; troubles -= 1)
        add(time + draw.between(0, spreadMs + 20_000), drawTrouble(draw, anywhere()));
    // Mostly while the burst's first refresh is on its way.
    if (weather === "outage") {
      const first = Math.min(...steps.filter(({ at }) => at >= time).map(({ at }) => at));
      let at = first + draw.between(0, 500);
      let ms = drawLength(draw);
      // It may come back for a moment only. Not for two moments within seconds: nobody could tell that from one.
      for (let outages = draw.pick([1, 1, 2, 3]); outages > 0; outages -= 1) {
        add(at, { kind: "outage", ms, readable: draw.chance(0.4) });
        at += ms + draw.between(50, 5_000);
        ms = Math.max(10_000, drawLength(draw));
      }
    }
  }
  steps.sort((one, other) => one.at - other.at);
  return {
    weather,
    // Today's Spotify twice as often.
    kind: draw.pick([...serverKinds, "non-rotating"] as const),
    processes,
    users,
    lifetimeMs,
    storeOdds: storm ? drawOdds(storeFaults, draw) : weather === "calm" ? [] : [["acknowledgement lost", 0.25]],
    tokenOdds: storm ? drawOdds(tokenFaults, draw) : [],
    suddenOdds: storm ? draw.pick([0, 0, 0.01, 0.05]) : 0,
    watches: draw.chance(0.3),
    // As is this one.
    readsAtOnce: dice(seed, 2).chance(0.2),
    steps,
    endsAt: time + 150_000,
  };
}

/** Mostly to where the access token is about to end, has just ended, or has been over for long. */
function drawGap(draw: Dice, lifetimeMs: number): number {
  const luck = draw.next();
  if (luck < 0.35) return lifetimeMs * draw.between(1, 1.1);
  if (luck < 0.6) return lifetimeMs * draw.between(0.85, 1);
  if (luck < 0.75) return lifetimeMs * draw.between(1, 3);
  return draw.between(1_000, 180_000);
}

function drawDeed(draw: Dice, browser: number, process: number, storm: boolean): Deed {
  const luck = draw.next();
  const tookMs = draw.chance(0.8) ? draw.between(500, 20_000) : draw.between(20_000, 300_000);
  if (luck < 0.4) return { kind: "sign in", browser, process, tookMs };
  if (luck < 0.6) return { kind: "sign out", browser, process, tookMs: 0 };
  if (luck < 0.7) return { kind: "disconnect", browser, process };
  if (luck < 0.75) return { kind: "sign out everywhere", browser, process };
  if (luck < 0.8) return { kind: "sign out elsewhere", browser, process };
  if (luck < 0.88 || !storm) return { kind: "retry", browser, process };
  return { kind: luck < 0.95 ? "revoke" : "expire", browser };
}

function drawTrouble(draw: Dice, process: number): Deed {
  const luck = draw.next();
  if (luck < 0.3) return { kind: "kill", process };
  if (luck < 0.4) return { kind: "close", process };
  const ms = drawLength(draw);
  if (luck < 0.7) return { kind: "stop", process, ms };
  if (luck < 0.85) return { kind: "cut off", process, ms };
  return { kind: "clock", process, offMs: draw.chance(0.2) ? 0 : draw.pick(wrongMs) };
}

function drawLength(draw: Dice): number {
  return draw.pick([1_000, 8_000, 20_000, 50_000, 180_000]) * draw.between(0.5, 1.5);
}

const wrongMs = [-7_200_000, 7_200_000, -600_000, 600_000, -30_000, 30_000];

/** What is done, in words. */
function sentence(does: Deed): string {
  const who = "browser" in does ? `browser ${does.browser + 1}` : "";
  const where = "process" in does ? `process ${does.process + 1}` : "";
  switch (does.kind) {
    case "kill":
    case "close":
      return `${where}: ${does.kind}`;
    case "stop":
    case "cut off":
      return `${where}: ${does.kind} for ${Math.round(does.ms / 1_000)} s`;
    case "outage":
      return `the store ${does.readable ? "refuses to write" : "is away"} for ${Math.round(does.ms / 1_000)} s`;
    case "clock":
      return `${where}: clock off by ${does.offMs / 60_000} min`;
    case "revoke":
    case "expire":
      return `${who}'s user: ${does.kind}`;
    case "visit":
    case "job":
    case "sign in":
    case "sign out":
    case "disconnect":
    case "sign out everywhere":
    case "sign out elsewhere":
    case "retry":
      return `${who}: ${does.kind} at ${where}`;
  }
}
