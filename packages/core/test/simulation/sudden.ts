import { dice } from "./dice.js";
import type { Incarnation } from "./simulated-process.js";
import type { World } from "./world.js";

const stopsMs = [8_000, 20_000, 50_000, 180_000];

/** Any step may be a process's last, or its last for a while: at some moment while one of its calls is on its way it is killed or stopped. */
export function mayStopHere(
  { seed, timeline, journal, plan, processes, stormy }: World,
  sender: Incarnation,
  call: string,
  ordinal: number,
  withinMs: number,
): void {
  if (!stormy || plan.suddenOdds === 0) return;
  const fate = dice(seed, call === "request" ? 61 : 62, sender.process, ordinal);
  if (!fate.chance(plan.suddenOdds)) return;
  const kills = fate.chance(0.4);
  const ms = fate.pick(stopsMs) * fate.between(0.5, 1.5);
  if (!journal.strikes(`${call} ${ordinal} by process ${sender.process + 1}: ${kills ? "killed" : "stopped"}`)) return;
  timeline.after(fate.between(0, withinMs), () => {
    const process = processes[sender.process];
    if (process === undefined || process.current() !== sender) return;
    if (kills) process.crash();
    else process.pause(ms);
  });
}
