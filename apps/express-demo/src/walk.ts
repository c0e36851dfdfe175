import type { Emulator, EmulatorOptions, LogEntry } from "@refrain/emulator";
import { createBrowser } from "./browser.js";
import { loginMode, type Mode } from "./mode.js";
import { startDemo } from "./start-demo.js";
import { Surprise } from "./surprise.js";
import { steps } from "./walk-steps.js";
import type { Steps, Stop } from "./walk-stop.js";

/** Which app is walked through, and what is done there. */
export interface Tour {
  readonly mode: Mode;
  readonly steps: Steps;
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
    const stop: Stop = { demo, emulator, browser: createBrowser(demo.origin), mend: () => {}, oldCookie: "" };
    for (const [index, [title, step]] of tour.steps.entries()) {
      const seen = emulator.log.length;
      const startedAt = performance.now();
      say(`\n${index + 1}. ${title}`);
      say(`   ${await step(stop)} (${Math.round(performance.now() - startedAt)} ms)`);
      for (const line of saw(emulator, seen)) say(`   Spotify saw ${line}`);
    }
    say("\nNo surprises.");
    return true;
  } catch (error) {
    if (!(error instanceof Surprise)) throw error;
    say(`   SURPRISE: ${error.message}`);
    for (const line of saw(emulator, 0)) say(`   Spotify saw ${line}`);
    return false;
  } finally {
    await demo.close();
  }
}

/** What came in since, equal requests counted together. */
function saw({ log }: Emulator, since: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const entry of log.slice(since)) counts.set(describe(entry), (counts.get(describe(entry)) ?? 0) + 1);
  if (counts.size === 0) return ["nothing"];
  return [...counts].map(([line, count]) => `${String(count).padStart(2)} x ${line}`);
}

function describe({ method, path, grantType, status, what }: LogEntry): string {
  return `${method} ${path}${grantType === undefined ? "" : ` ${grantType}`} -> ${status ?? "no answer"} ${what}`;
}
