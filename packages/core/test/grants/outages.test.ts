import { describe, expect, it } from "vitest";
import { inFastTime, openWorld, until, type World } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const failing = (): Promise<never> => Promise.reject(new Error("down"));

/** Processes on one store that a test takes away, and a server that revokes everything when a refresh token comes twice. One refresh is on its way, its answer held. */
async function midRefresh(processes: number) {
  let away: "nothing" | "writes" | "everything" = "nothing";
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => (open = resolve));
  const world = await openWorld({
    refresh: "family",
    processes,
    through: (store) => ({
      ...store,
      swap: (...swap) => (away === "nothing" ? store.swap(...swap) : failing()),
      get: (key) => (away === "everything" ? failing() : store.get(key)),
    }),
  });
  const { key } = await world.signIn();
  await world.expire();
  world.emulator.fault({ on: "token", kind: "held", until: held, times: 1 });
  const visit = (process: number): Promise<unknown> => {
    const visited = Promise.resolve(world.processes[process]?.engine.usable(key, need)).catch(() => undefined);
    return inFastTime(world.clock, visited);
  };
  const first = visit(0);
  await until(() => world.refreshes() === 1, "the refresh");
  const failures = (): number => (world.processes[0]?.heard.tokensNotStored ?? []).length;
  return {
    world,
    key,
    first,
    visit,
    takeAway: (what: typeof away) => void (away = what),
    /** Until the holder of the new tokens has just failed to store them once more. */
    async holderFails(): Promise<void> {
      const before = failures();
      await inFastTime(
        world.clock,
        until(() => failures() > before, "a failed try"),
      );
    },
    answer: () => open(),
    /** Everybody who is asked is served, and the token that was spent was never sent again. */
    async nobodyIsLost(): Promise<void> {
      await inFastTime(
        world.clock,
        until(async () => (await world.grant(key)).phase.name === "active", "the tokens to be stored"),
      );
      for (const { engine } of world.processes) await engine.usable(key, need);
      expect(world.refreshes()).toBe(1);
    },
  };
}

async function passTime({ clock }: World, ms: number, visit: () => Promise<unknown>): Promise<void> {
  const begunAt = clock.elapsed();
  while (clock.elapsed() - begunAt < ms) await visit();
}

describe("promise 4: who holds new tokens stores them before anybody sends the old one again", () => {
  it("a store that answers reads and refuses writes for longer than the lease", async () => {
    const { world, visit, first, takeAway, answer, holderFails, nobodyIsLost } = await midRefresh(2);
    takeAway("writes");
    answer();
    await holderFails();
    await passTime(world, 30_000, () => visit(1));
    await first;
    await holderFails();
    takeAway("nothing");
    await visit(1);
    await nobodyIsLost();
  });

  it("a store that comes back for a moment and goes again", async () => {
    const { world, visit, first, takeAway, answer, holderFails, nobodyIsLost } = await midRefresh(2);
    await world.processes[1]?.engine.read(await world.processes[1].engine.keyOf("mira"));
    takeAway("everything");
    answer();
    await holderFails();
    await first;
    await world.clock.advance(20_000);
    await holderFails();
    takeAway("nothing");
    const moment = visit(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    takeAway("everything");
    await moment;
    await world.clock.advance(20_000);
    await holderFails();
    takeAway("nothing");
    await visit(1);
    await nobodyIsLost();
  });

  it("an answer that came after its deadline, just before the store went away: the process itself waits for its own", async () => {
    const { world, key, visit, first, takeAway, answer, holderFails, nobodyIsLost } = await midRefresh(1);
    await first;
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).phase.name === "backoff", "the attempt to be given up"),
    );
    takeAway("everything");
    answer();
    await holderFails();
    await world.clock.advance(10_000);
    await holderFails();
    takeAway("nothing");
    await visit(0);
    await nobodyIsLost();
  });
});
