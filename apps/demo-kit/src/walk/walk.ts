import type { Emulator, EmulatorOptions } from "@refrain/emulator";
import { createBrowser } from "../browser.js";
import type { Stop } from "./stop.js";
import { takeSteps, type Steps } from "./take-steps.js";

interface AnyDemo {
  readonly origin: string;
  readonly emulator: Emulator | undefined;
  close(): Promise<void>;
}

/**
 * Walks through a demo over real HTTP, on random ports, and says at each step what the local Spotify saw. It rotates refresh tokens and revokes the whole grant when
 * one comes back: a second refresh at the same time would lose the user.
 *
 * @returns `false` at the first surprise.
 */
export async function walk<Walked extends AnyDemo>(
  start: (emulate: EmulatorOptions) => Promise<Walked>,
  steps: Steps<Stop<Walked>>,
  say: (line: string) => void,
  emulate: EmulatorOptions = { autoConsent: "mira", refresh: "family" },
): Promise<boolean> {
  const demo = await start(emulate);
  const { emulator, origin } = demo;
  if (emulator === undefined) throw new Error("The walk needs a local Spotify.");
  try {
    say(`The demo on ${origin}, the local Spotify on ${emulator.origin}: it rotates refresh tokens, and one that comes back ends the grant.`);
    return await takeSteps(steps, { demo, emulator, browser: createBrowser(origin), mend: () => {}, oldCookie: "" }, say);
  } finally {
    await demo.close();
  }
}
