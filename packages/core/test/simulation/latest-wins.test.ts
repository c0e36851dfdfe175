import { expect, it } from "vitest";
import { type Browser, createBrowsers } from "./browsers.js";
import { createCalls } from "./calls.js";
import { withCountedCrypto } from "./counted-crypto.js";
import { createWorld } from "./create-world.js";
import { createJournal } from "./journal.js";
import { drawPlan } from "./plan.js";
import { settle } from "./settle.js";
import { createTimeline, quiet } from "./timeline.js";

it("L: a latest-wins server loses a user after a pause longer than the lease, and the judge says that nobody could help it", async () => {
  await withCountedCrypto(async () => {
    const timeline = createTimeline();
    const journal = createJournal(() => timeline.now(), { told: true, without: new Set() });
    const plan = {
      ...drawPlan(1),
      weather: "storm",
      kind: "latest-wins",
      processes: 2,
      users: 1,
      lifetimeMs: 3_600_000,
      suddenOdds: 0,
      watches: false,
    } as const;
    const world = await createWorld(1, plan, ["ada"], timeline, journal);
    const browser: Browser = { number: 0, user: "ada", session: null, state: "out" };
    const { signIn, visit } = createBrowsers(world, createCalls(world), [browser]);
    const until = async (condition: () => boolean): Promise<void> => {
      await quiet();
      while (!condition() && timeline.step(Infinity)) await quiet();
    };
    const expire = async (): Promise<void> => {
      const at = timeline.now() + 3_600_000;
      while (timeline.step(at)) await quiet();
    };

    await settle(timeline, signIn(browser, 0, 0));
    await expire();
    // Process 1 has sent the token, and its answer is on its way when it stands still.
    const first = visit(browser, 0);
    await until(() => world.spotify.attempts.length === 1);
    world.processes[0]?.pause(600_000);
    // Process 2 waits for the lease to end, and sends the token again.
    const others = (async () => {
      while (world.spotify.attempts.length < 2) await visit(browser, 1);
    })();
    await until(() => world.spotify.attempts.length === 2 && world.spotify.attempts[1]?.arrivedAt !== null);
    // Process 1 goes on before the second answer arrives, and stores a token that is no longer any good.
    world.processes[0]?.resume();
    await settle(timeline, Promise.all([first, others]));
    await expire();
    expect(await settle(timeline, visit(browser, 0))).toBe("reauthorize");

    expect(journal.failures).toEqual([]);
    expect(journal.counts).toEqual({ "unavoidable: sent twice: the answer was late": 1 });
  });
});
