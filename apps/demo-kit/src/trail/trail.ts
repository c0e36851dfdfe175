import type { Clock, SpotifyAuth } from "@refrain/core";
import type { Emulator } from "@refrain/emulator";
import { listenToApp } from "./app-steps.js";
import { emulatorSteps } from "./emulator-steps.js";

/** Something that happened to the connection with Spotify. It names no user and holds no secret. */
export interface Step {
  /** 1, 2, 3 … */
  readonly id: number;
  /** Unix ms of the demo's clock. */
  readonly at: number;
  readonly what: string;
  readonly why: string;
  readonly tookMs: number | null;
  /** More, for whoever unfolds it. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export type Happening = Omit<Step, "id">;

export interface Trail {
  /** The last 50, newest first. */
  steps(): readonly Step[];
  /** Calls `listener` with each new step. Returns what ends it. */
  listen(listener: (step: Step) => void): () => void;
}

const kept = 50;
const lookEveryMs = 250;

/** What the app says happened and, where the emulator stands in for Spotify, what its token endpoint saw. */
export function createTrail(auth: SpotifyAuth, clock: Clock, emulator: Emulator | undefined): Trail {
  const steps: Step[] = [];
  const listeners = new Set<(step: Step) => void>();
  const look = emulator === undefined ? () => [] : emulatorSteps(emulator);
  let lastId = 0;

  function add(happening: Happening): void {
    const step = { id: ++lastId, ...happening };
    steps.unshift(step);
    steps.length = Math.min(steps.length, kept);
    for (const listener of listeners) listener(step);
  }

  function catchUp(): void {
    for (const happening of look()) add(happening);
  }

  listenToApp(auth, clock, (happening) => {
    catchUp();
    add(happening);
  });

  return {
    steps() {
      catchUp();
      return steps;
    },
    listen(listener) {
      listeners.add(listener);
      const looking = setInterval(catchUp, lookEveryMs).unref();
      return () => {
        clearInterval(looking);
        listeners.delete(listener);
      };
    },
  };
}
