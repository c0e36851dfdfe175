import { expect, it } from "vitest";
import { type Browser, createBrowsers } from "./browsers.js";
import { createCalls } from "./calls.js";
import { withCountedCrypto } from "./counted-crypto.js";
import { createWorld } from "./create-world.js";
import { createJournal } from "./journal.js";
import { drawPlan } from "./plan.js";
import { settle } from "./settle.js";
import { createTimeline, quiet } from "./timeline.js";

it("a lease that could not be taken is not taken when it is nearly over: the next visit is served, not put off", async () => {
  await withCountedCrypto(async () => {
    const timeline = createTimeline();
    const journal = createJournal(() => timeline.now(), { told: true, without: new Set() });
    const plan = {
      ...drawPlan(1),
      weather: "storm",
      kind: "non-rotating",
      processes: 1,
      users: 1,
      lifetimeMs: 3_600_000,
      suddenOdds: 0,
      storeOdds: [],
      readsAtOnce: false,
    } as const;
    const world = await createWorld(2, plan, ["ada"], timeline, journal);
    const browser: Browser = { number: 0, user: "ada", session: null, state: "out" };
    const { signIn, visit } = createBrowsers(world, createCalls(world), [browser]);
    const pass = async (ms: number): Promise<void> => {
      const until = timeline.now() + ms;
      while (timeline.step(until)) await quiet();
    };

    await settle(timeline, signIn(browser, 0, 0));
    await pass(3_600_000);
    // The visit asks for the record, and then the store is gone: whether the lease was taken is unknown.
    const put = visit(browser, 0);
    await quiet();
    world.stormy = true;
    world.cutOffUntil[0] = timeline.now() + 3_000;
    expect(await settle(timeline, put)).toBe("unavailable");
    expect(journal.lines.filter((line) => line.includes("swap for ada"))).not.toHaveLength(0);
    expect(world.spotify.attempts).toHaveLength(0);

    world.stormy = false;
    await pass(10_000);
    expect(await settle(timeline, visit(browser, 0)), journal.lines.join("\n")).toBe("served");
    expect(journal.failures).toEqual([]);
  });
});
