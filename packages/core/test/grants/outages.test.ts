import { describe, expect, it } from "vitest";
import { defaultTimings } from "../../src/machine/timings.js";
import { inFastTime, openWorld, until, type World, type WorldOptions } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const failing = (): Promise<never> => Promise.reject(new Error("down"));
const never = new Promise<never>(() => undefined);

/** Processes on one store that a test takes away, and a server that revokes everything when a refresh token comes twice. One refresh is on its way, its answer held. */
async function midRefresh(processes: number, settings: WorldOptions["settings"] = {}) {
  let away: "nothing" | "answers to writes" | "writes" | "everything" | "with the other's next write" = "nothing";
  const begun: number[] = [];
  let slowAnswer = false;
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => (open = resolve));
  let key = "";
  const world: World = await openWorld({
    refresh: "family",
    processes,
    settings,
    through: (store, process) => ({
      ...store,
      async swap(...swap) {
        begun[process] = (begun[process] ?? 0) + 1;
        if (away === "answers to writes") return never;
        if (away === "with the other's next write" && process === 1) {
          away = "everything";
          await store.swap(...swap);
        }
        if (away !== "nothing") return failing();
        const applied = await store.swap(...swap);
        if (slowAnswer && swap[0] === key) {
          slowAnswer = false;
          await new Promise<void>((resolve) => void world.clock.after(1_500, resolve));
        }
        return applied;
      },
      get: (row) => (away === "everything" ? failing() : store.get(row)),
    }),
  });
  ({ key } = await world.signIn());
  await world.expire();
  world.emulator.fault({ on: "token", kind: "held", until: held, times: 1 });
  const visit = (process: number): Promise<unknown> => {
    const visited = Promise.resolve(world.processes[process]?.engine.usable(key, need)).catch(() => undefined);
    return inFastTime(world.clock, visited);
  };
  const first = visit(0);
  await until(() => world.refreshes() === 1, "the refresh");
  const failures = (): number => (world.processes[0]?.heard.tokensNotStored ?? []).length;
  const writesBegun = (process: number): number => begun[process] ?? 0;
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
    /** Until a process has just begun to write once more. */
    async writes(process: number): Promise<void> {
      const before = writesBegun(process);
      await inFastTime(
        world.clock,
        until(() => writesBegun(process) > before, "a try"),
      );
    },
    writesBegun,
    answer: () => open(),
    answerNextSwapSlowly: () => void (slowAnswer = true),
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

  it("a store that comes back after it took a lease without a word, for longer than that lease is of use", async () => {
    // Whoever gave the lease back would take the next one at once.
    const { world, visit, first, takeAway, answer, holderFails, nobodyIsLost } = await midRefresh(2, { random: () => 0 });
    takeAway("writes");
    answer();
    await holderFails();
    await passTime(world, 14_000, () => visit(1));
    takeAway("with the other's next write");
    await visit(1);
    await first;
    await holderFails();
    takeAway("nothing");
    await visit(1);
    await nobodyIsLost();
  });

  it("a store that comes back while a lease is taken over, and just after the holder of the new tokens has asked in vain", async () => {
    const { world, key, visit, first, takeAway, answer, holderFails, writes, nobodyIsLost } = await midRefresh(2);
    takeAway("answers to writes");
    answer();
    await holderFails();
    await Promise.all([first, visit(1)]);
    await world.clock.advance(10_000);
    await writes(0);
    await world.clock.advance(1_300);
    const taking = Promise.resolve(world.processes[1]?.engine.usable(key, need)).catch(() => undefined);
    await world.clock.advance(1_800);
    takeAway("nothing");
    await inFastTime(world.clock, taking);
    await visit(1);
    await nobodyIsLost();
  });

  it.each([false, true])("an answer that came after its deadline, just before the store went away (slow to take the next lease: %s)", async (isSlow) => {
    const { world, key, visit, first, takeAway, answer, answerNextSwapSlowly, holderFails, nobodyIsLost } = await midRefresh(1);
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
    // Then the new tokens are stored while the process takes a lease to ask for others.
    if (isSlow) answerNextSwapSlowly();
    await visit(0);
    await nobodyIsLost();
  });
});

it("promise 4: an answer that comes so late that the process has just taken the next lease is not asked for again", async () => {
  const { world, key, visit, first, answer, answerNextSwapSlowly, nobodyIsLost } = await midRefresh(1);
  await first;
  await inFastTime(
    world.clock,
    until(async () => (await world.grant(key)).phase.name === "backoff", "the attempt to be given up"),
  );
  await world.clock.advance(2_000);
  answerNextSwapSlowly();
  const next = Promise.resolve(world.engine.usable(key, need)).catch(() => undefined);
  await until(async () => (await world.grant(key)).phase.name === "refreshing", "the next lease");
  answer();
  await until(async () => (await world.grant(key)).phase.name === "active", "the late answer");
  await inFastTime(world.clock, next);
  await visit(0);
  await nobodyIsLost();
});

it("an answer for an earlier consent, which comes while a lease is taken, puts nobody off who has consented again since", async () => {
  const { world, key, first, answer, answerNextSwapSlowly, writesBegun } = await midRefresh(1);
  await first;
  await inFastTime(
    world.clock,
    until(async () => (await world.grant(key)).phase.name === "backoff", "the attempt to be given up"),
  );
  await world.signIn();
  await world.clock.advance(31_000);
  const { access } = await world.grant(key);
  await world.engine.change(key, { type: "rejected", access: access.id, now: world.clock.now(), timings: defaultTimings });
  answerNextSwapSlowly();
  const begunAt = world.clock.elapsed();
  const next = world.engine.usable(key, need);
  await until(async () => (await world.grant(key)).phase.name === "refreshing", "the next lease");
  const before = writesBegun(0);
  answer();
  await until(() => writesBegun(0) > before, "the late answer");
  await inFastTime(world.clock, next);
  expect(world.clock.elapsed() - begunAt).toBeLessThan(5_000);
  expect(world.refreshes()).toBe(2);
});

describe("a holder who is gone", () => {
  /** A lease that nobody will ever give back, watched by the second process until it is over and taken. */
  async function takenOver(options: WorldOptions) {
    const world = await openWorld({ refresh: "family", processes: 3, ...options });
    const { key, cookie } = await world.signIn();
    await world.expire();
    const startedAt = world.clock.now();
    await world.engine.change(key, { type: "refreshStarted", lease: { id: "gone", startedAt, until: startedAt + 15_000 }, takesOver: null });
    const [, other, third] = world.processes;
    if (other === undefined || third === undefined) throw new Error("There are three processes.");
    const visits: Promise<unknown>[] = [];
    const isTaken = async (): Promise<boolean> => {
      const { phase } = await world.grant(key);
      return phase.name === "refreshing" && phase.lease.id !== "gone";
    };
    while (!(await isTaken())) {
      visits.push(Promise.resolve(other.engine.usable(key, need)).catch(() => undefined));
      await world.clock.advance(300);
    }
    return { world, key, cookie, other, third, visits };
  }

  it("keeps nobody waiting for longer when something else about the grant is written meanwhile", async () => {
    const { world, cookie, key, other, third } = await takenOver({ timings: { session: { absoluteMs: 86_400_000, idleMs: 7_200_000 } } });
    const takenAt = world.clock.elapsed();
    await third.engine.authenticate(cookie);
    await inFastTime(world.clock, Promise.resolve(other.engine.usable(key, need)));
    expect(world.clock.elapsed() - takenAt).toBeLessThan(8_000);
    expect(world.refreshes()).toBe(1);
  });

  it("nothing is sent any more once close() was called", async () => {
    const { world, other } = await takenOver({});
    expect(await inFastTime(world.clock, other.engine.close())).toEqual([]);
    expect(world.refreshes()).toBe(0);
  });

  it("is replaced on a slow store too, and where the lease leaves little time", async () => {
    let slowMs = 0;
    const slowly = async <Value>(run: () => Value | Promise<Value>): Promise<Value> => {
      await new Promise<void>((resolve) => void world.clock.after(slowMs, resolve));
      return run();
    };
    const world: World = await openWorld({
      refresh: "family",
      processes: 2,
      timings: { leaseMs: { living: 45_000, dead: 12_000 } },
      through: (store) => ({ ...store, swap: (...swap) => slowly(async () => store.swap(...swap)), get: (key) => slowly(() => store.get(key)) }),
    });
    const { key } = await world.signIn();
    await world.expire();
    const startedAt = world.clock.now();
    await world.engine.change(key, { type: "refreshStarted", lease: { id: "gone", startedAt, until: startedAt + 12_000 }, takesOver: null });
    slowMs = 600;
    const begunAt = world.clock.elapsed();
    while (world.refreshes() === 0 && world.clock.elapsed() - begunAt < 120_000) {
      await inFastTime(
        world.clock,
        Promise.resolve(world.processes[1]?.engine.usable(key, need)).catch(() => undefined),
      );
    }
    expect(world.refreshes()).toBe(1);
  });
});
