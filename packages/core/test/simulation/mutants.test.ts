import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { simulateMany } from "./many-seeds.js";
import { mutants } from "./mutants.js";

const most = 2_000;

describe(`each rule is needed: without it, ${most} seeds are enough to lose somebody`, () => {
  it.each(Object.entries(mutants))("%s", { timeout: 120_000 }, async (name, { without }) => {
    const { failures } = await simulateMany({ first: 1, seeds: most, mutant: name, stopsAtFailure: true });
    const [caught] = failures;
    expect(caught, `the simulation does not miss the rule that ${without}`).toBeDefined();
    console.log(`${name}: caught at seed ${caught?.seed}: ${caught?.failure.rule}`);
  });

  it("each has its row in the documentation", async () => {
    const documentation = await readFile(new URL("../../simulation.md", import.meta.url), "utf8");
    for (const name of Object.keys(mutants)) expect(documentation).toMatch(new RegExp(`\\| \`${name}\` +\\|`));
  });
});
