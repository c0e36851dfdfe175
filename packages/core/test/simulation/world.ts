import type { Journal } from "./journal.js";
import type { Plan } from "./plan.js";
import type { Rules } from "./rules.js";
import type { Incarnation, SimulatedProcess } from "./simulated-process.js";
import type { Spotify } from "./simulated-spotify.js";
import type { Rows } from "./simulated-store.js";
import type { Timeline } from "./timeline.js";
import type { Vault } from "./vault.js";

/** All of one run. */
export interface World {
  readonly seed: number;
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly journal: Journal;
  readonly vault: Vault;
  readonly rows: Rows;
  readonly spotify: Spotify;
  readonly rules: Rules;
  readonly processes: SimulatedProcess[];
  /** Faults may strike. */
  stormy: boolean;
  /** Some wall clock was or is off. */
  clocksDisagree: boolean;
  /** Until when Spotify has asked this client to hold still, as far as any process heard. */
  heldUntil: number;
  /** Until when a process cannot reach the store. */
  readonly cutOffUntil: number[];
  /** When the store is there again for everybody, and when it takes writes again. */
  readonly awayUntil: { everything: number; swap: number };
  /** Processes on their way to an end in good order. */
  readonly endings: Promise<void>[];
  /** When the store last failed a process. */
  readonly storeFailedAt: Map<Incarnation, number>;
  /** Listeners of those processes that watch the store. */
  readonly watchers: Set<(key: string) => void>;
  userOf(key: string): string | null;
  userKey(user: string): string;
  nameOf(keyOrUser: string): string;
  nextCall(process: number): number;
  nextRequest(process: number): number;
  noteStoreFault(sender: Incarnation): void;
  noteThrottle(ms: number): void;
}
