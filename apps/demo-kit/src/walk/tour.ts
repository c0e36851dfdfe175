import type { EmulatorOptions } from "@refrain/emulator";
import { startDemo, type Demo, type Mode } from "../start-demo.js";
import type { Stop } from "./stop.js";
import type { Steps } from "./take-steps.js";
import { walk } from "./walk.js";

/** One of the apps that a demo can be. */
export interface Tour {
  readonly mode: Mode;
  /** The walk through it. */
  readonly steps: Steps<Stop>;
  /** More lines to print at the start. @defaultValue none */
  readonly facts?: (demo: Demo) => readonly string[];
}

/** Starts such an app and walks through it. @returns `false` at the first surprise. */
export function goOnTour({ mode, steps }: Tour, say: (line: string) => void, emulate?: EmulatorOptions): Promise<boolean> {
  return walk<Demo>((options) => startDemo({ ports: [0], spotify: { emulate: options }, mode, log: () => {} }), steps, say, emulate);
}
