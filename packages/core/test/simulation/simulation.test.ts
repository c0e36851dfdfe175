import { describe, expect, it } from "vitest";
import { simulateMany } from "./many-seeds.js";
import { simulate } from "./simulate.js";

const seeds = 2_000;

describe("any number of processes, any faults, any order", () => {
  it("2,000 seeds: nobody is lost who need not be, nobody is stuck, nobody is served who signed out", { timeout: 120_000 }, async () => {
    const outcome = await simulateMany({ first: 1, seeds, workers: 2 });
    const [failed] = outcome.failures;
    expect(failed?.lines.join("\n"), `npm run simulate -- --first ${failed?.seed} --seeds 1`).toBeUndefined();
    console.log(`${outcome.seeds} seeds in ${outcome.seconds.toFixed(1)} s: ${Math.round(outcome.seeds / outcome.seconds)} per second`);
    expect(outcome.seeds).toBe(seeds);
    // It has seen what it is for: users served and users told to sign in again, each for a reason that holds.
    expect(outcome.counts["after recovery: served"]).toBeGreaterThan(seeds / 2);
    expect(outcome.counts["unavoidable: the new token was lost on its way"]).toBeGreaterThan(20);
    expect(outcome.counts["unavoidable: sent twice: the answer was lost"]).toBeGreaterThan(20);
    expect(Object.keys(outcome.counts).filter((what) => what.startsWith("avoidable"))).toEqual([]);
  });

  it.each([2, 7, 15, 138])("seed %i replays to the very same trace", async (seed) => {
    const [once, again] = [await simulate(seed, { told: true }), await simulate(seed, { told: true })];
    expect(once.lines.length).toBeGreaterThan(20);
    expect(again.lines).toEqual(once.lines);
    expect(again.struck).toEqual(once.struck);
  });

  it("a failure is told with its seed, shrunk to what it takes, and is the same each time", { timeout: 60_000 }, async () => {
    const fail = () => simulateMany({ first: 1, seeds, mutant: "J", stopsAtFailure: true });
    const [once, again] = [await fail(), await fail()];
    const [failed] = once.failures;
    expect(again.failures).toEqual(once.failures);
    expect(failed?.lines.some((line) => line.includes("BROKEN"))).toBe(true);
    const whole = await simulate(failed?.seed ?? 0);
    expect(failed?.needs.length).toBeLessThan(whole.struck.length);
  });
});
