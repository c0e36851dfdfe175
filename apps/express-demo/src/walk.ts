import type { EmulatorOptions } from "@refrain/emulator";
import { createBrowser } from "demo-kit/browser";
import { takeSteps, type Steps } from "demo-kit/take-steps";
import { loginMode, type Mode } from "./mode.js";
import { startDemo } from "./start-demo.js";
import { steps } from "./walk-steps.js";
import type { Stop } from "./walk-stop.js";

/** Which app is walked through, and what is done there. */
export interface Tour {
  readonly mode: Mode;
  readonly steps: Steps<Stop>;
}

/**
 * Walks through the demo over real HTTP, on random ports, and says at each step what the local Spotify saw. It rotates refresh tokens and revokes the whole grant
 * when one comes back: a second refresh at the same time would lose the user.
 *
 * @returns `false` at the first surprise.
 */
export async function walk(
  say: (line: string) => void,
  emulate: EmulatorOptions = { autoConsent: "mira", refresh: "family" },
  tour: Tour = { mode: loginMode, steps },
): Promise<boolean> {
  const demo = await startDemo({ ports: [0], spotify: { emulate }, mode: tour.mode, log: () => {} });
  const { emulator } = demo;
  if (emulator === undefined) throw new Error("The walk needs a local Spotify.");
  try {
    say(`The demo on ${demo.origin}, the local Spotify on ${emulator.origin}: it rotates refresh tokens, and one that comes back ends the grant.`);
    return await takeSteps(tour.steps, { demo, emulator, browser: createBrowser(demo.origin), mend: () => {}, oldCookie: "" }, say);
  } finally {
    await demo.close();
  }
}
