import { describe, expect, it } from "vitest";
import { openWorld } from "./world.js";

const behaviours = ["non-rotating", "strict", "family", "grace", "latest-wins"] as const;
const need = { minValidMs: 0, sessionId: null };

describe("one refresh per grant and expiry", () => {
  it.each(behaviours)("S-025 20 parallel requests in one process, %s server: 1 refresh, 20 answers", async (refresh) => {
    const { engine, signIn, expire, refreshes } = await openWorld({ refresh });
    const { key } = await signIn();
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      await expire();
      const grants = await Promise.all(Array.from({ length: 20 }, () => engine.usable(key, need)));
      expect(new Set(grants.map(({ access }) => access.token)).size).toBe(1);
      expect(refreshes()).toBe(expiry);
    }
  });

  it.each(behaviours)("two requests in one process, %s server: 1 refresh", async (refresh) => {
    const { engine, signIn, expire, refreshes } = await openWorld({ refresh });
    const { key } = await signIn();
    await expire();
    await Promise.all([engine.usable(key, need), engine.usable(key, need)]);
    expect(refreshes()).toBe(1);
  });

  it.each(behaviours)("20 parallel requests over 4 processes, %s server: 1 refresh, 20 answers", async (refresh) => {
    const { processes, signIn, expire, refreshes } = await openWorld({ refresh, processes: 4 });
    const { key } = await signIn();
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      await expire();
      const grants = await Promise.all(processes.flatMap((process) => Array.from({ length: 5 }, () => process.engine.usable(key, need))));
      expect(grants).toHaveLength(20);
      expect(new Set(grants.map(({ access }) => access.token)).size).toBe(1);
      expect(refreshes()).toBe(expiry);
    }
  });
});
