import type { EmulatorOptions } from "@refrain/emulator";
import { createBrowser } from "demo-kit/browser";
import { takeSteps } from "demo-kit/take-steps";
import { startDemo } from "./start-demo.js";
import { steps } from "./walk-steps.js";

/**
 * Walks through the demo over real HTTP, on random ports, and says at each step what the local Spotify saw. It rotates refresh tokens and revokes the whole grant
 * when one comes back: a second refresh at the same time would lose the user.
 *
 * @returns `false` at the first surprise.
 */
export async function walk(say: (line: string) => void, emulate: EmulatorOptions = { autoConsent: "mira", refresh: "family" }): Promise<boolean> {
  const demo = await startDemo({ ports: [0], emulate, log: () => {} });
  const { emulator, origin } = demo;
  try {
    say(`The demo on ${origin}, the local Spotify on ${emulator.origin}: it rotates refresh tokens, and one that comes back ends the grant.`);
    return await takeSteps(steps, { demo, emulator, browser: createBrowser(origin), mend: () => {}, oldCookie: "" }, say);
  } finally {
    await demo.close();
  }
}
