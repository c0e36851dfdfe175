import type { Emulator, LogEntry } from "@refrain/emulator";
import { Surprise } from "./surprise.js";

/** Resolves to what happened, in a sentence; throws a Surprise. */
export type Step<Stop> = (stop: Stop) => Promise<string>;

export type Steps<Stop> = readonly (readonly [title: string, step: Step<Stop>])[];

/**
 * Takes one step after the other and says at each what the local Spotify saw.
 *
 * @returns `false` at the first surprise.
 */
export async function takeSteps<Stop extends { readonly emulator: Emulator }>(steps: Steps<Stop>, stop: Stop, say: (line: string) => void): Promise<boolean> {
  const { emulator } = stop;
  try {
    for (const [index, [title, step]] of steps.entries()) {
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
