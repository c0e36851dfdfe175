import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.js";
import { defaultTimings } from "../../src/machine/timings.js";
import type { Store } from "../../src/store/store.js";
import { mayStandStill } from "./standing-still.js";
import { inFastTime, openWorld, until } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const minute = 60_000;

/** A gate that holds whoever comes to it until it is opened. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

/** A store whose swaps a test can fail, hold or answer falsely; `null` lets a swap through. */
function meddled(store: Store, meddle: (swap: () => Promise<boolean>) => Promise<boolean> | null): Store {
  return { ...store, swap: (...swap) => meddle(() => store.swap(...swap)) ?? store.swap(...swap) };
}

describe("a store that does not say what it did", () => {
  it.each([
    ["the claim was applied and the acknowledgement lost", true],
    ["the claim was not applied", false],
  ])("G: %s: the process finds its own lease and goes on", async (_, applied) => {
    let armed = false;
    const world = await openWorld({
      through: (store) =>
        meddled(store, (swap) => {
          if (!armed) return null;
          armed = false;
          return (applied ? swap() : Promise.resolve(false)).then(() => Promise.reject(new Error("connection lost")));
        }),
    });
    const { key } = await world.signIn();
    await world.expire();
    armed = true;
    const before = world.clock.elapsed();
    await world.engine.usable(key, need);
    expect(world.clock.elapsed() - before).toBeLessThan(5_000);
    expect(world.refreshes()).toBe(1);
  });

  it.each([
    ["the first swap was applied", [true]],
    ["the first swap was not applied, and the second one was", [false, true]],
  ])("G: every connection died, %s: the process asks until it knows, and the same request is served", async (_, fates) => {
    const swaps: boolean[] = [];
    let deadConnections = 0;
    const dies = (): Promise<never> => Promise.reject(new Error("connection lost"));
    const world = await openWorld({
      through: (store) => ({
        ...meddled(store, (swap) => {
          const applied = swaps.shift();
          if (applied === undefined) return null;
          deadConnections = 3;
          return applied ? swap().then(dies) : dies();
        }),
        get: (key) => (deadConnections-- > 0 ? dies() : store.get(key)),
      }),
    });
    const { key } = await world.signIn();
    await world.expire();
    swaps.push(...fates);
    const before = world.clock.elapsed();
    await world.engine.usable(key, need);
    expect(world.clock.elapsed() - before).toBeLessThan(3_000);
    expect(swaps).toEqual([]);
    expect(world.refreshes()).toBe(1);
  });

  it.each([
    ["for longer than the lease is of use", 0],
    ["until the lease was over", 60_000],
  ])("G: even when it could not read %s, the next request finds it, and nobody waits for its end", async (_, awayMs) => {
    let broken = false;
    const world = await openWorld({
      // So that there is a while between giving the lease back and the next try.
      settings: { random: () => 0.5 },
      through: (store) => ({
        ...meddled(store, (swap) => (broken ? swap().then(() => Promise.reject(new Error("lost"))) : null)),
        get: (key) => (broken ? Promise.reject(new Error("down")) : store.get(key)),
      }),
    });
    const { key } = await world.signIn();
    await world.expire();
    const stale = await world.grant(key);
    broken = true;
    const begunAt = world.clock.elapsed();
    const asked = inFastTime(world.clock, world.engine.usable(key, { ...need, known: stale }));
    await expect(asked).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    // By itself, before its caller's patience is over.
    expect(world.clock.elapsed() - begunAt).toBeLessThan(9_500);
    await world.clock.advance(awayMs);
    broken = false;
    expect((await world.grant(key)).phase.name).toBe("refreshing");
    const before = world.clock.elapsed();
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "spotify" });
    await world.clock.advance(1_000);
    await world.engine.usable(key, need);
    expect(world.clock.elapsed() - before).toBeLessThan(3_000);
    expect(world.refreshes()).toBe(1);
  });

  it("G: a swap that lands when the next request asks for the lease: that request finds it and is served", async () => {
    let isRefused = false;
    let delayed: (() => Promise<boolean>) | null = null;
    const world = await openWorld({
      through: (store) =>
        meddled(store, (swap) => {
          if (isRefused) {
            delayed = swap;
            return Promise.reject(new Error("connection lost"));
          }
          const earlier = delayed;
          delayed = null;
          return earlier === null ? null : earlier().then(swap);
        }),
    });
    const { key } = await world.signIn();
    await world.expire();
    isRefused = true;
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    isRefused = false;
    const before = world.clock.elapsed();
    await inFastTime(world.clock, world.engine.usable(key, need));
    expect(world.clock.elapsed() - before).toBeLessThan(5_000);
    expect(world.refreshes()).toBe(1);
  });

  it("promise 3: if the lease cannot be taken nothing is sent", async () => {
    let readOnly = false;
    const world = await openWorld({ refresh: "family", through: (store) => meddled(store, () => (readOnly ? Promise.reject(new Error("READONLY")) : null)) });
    const { key } = await world.signIn();
    readOnly = true;
    await world.expire();
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    expect(world.refreshes()).toBe(0);
    readOnly = false;
    await world.engine.usable(key, need);
    expect(world.refreshes()).toBe(1);
  });

  it("a read-only store does not take away a token that lives a little longer", async () => {
    let readOnly = false;
    const world = await openWorld({ through: (store) => meddled(store, () => (readOnly ? Promise.reject(new Error("READONLY")) : null)) });
    const { key } = await world.signIn();
    readOnly = true;
    await world.clock.advance(59 * minute + 30_000);
    expect((await world.engine.usable(key, need)).access.expiresAt).toBeGreaterThan(world.clock.now());
  });

  it("promise 4: tokens that cannot be stored stay in memory until they can; nobody sees them before", async () => {
    let down = false;
    const held = gate();
    const world = await openWorld({ refresh: "family", through: (store) => meddled(store, () => (down ? Promise.reject(new Error("down")) : null)) });
    const { key } = await world.signIn();
    const { refresh } = await world.grant(key);
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const request = world.engine.usable(key, need).then(
      () => "served",
      (error: { code: string }) => error.code,
    );
    await until(() => world.refreshes() === 1, "the refresh");
    down = true;
    held.open();
    const heard = world.processes[0]?.heard;
    await until(() => (heard?.tokensNotStored ?? []).length > 0, "the alarm");
    expect(await inFastTime(world.clock, request)).toBe("temporarily_unavailable");
    expect((await world.grant(key)).refresh).toEqual(refresh);

    down = false;
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).refresh.token !== refresh.token, "the tokens to be stored"),
    );
    await world.engine.usable(key, need);
    expect(world.refreshes()).toBe(1);
  });

  it("promise 4: however long storing takes, the process that holds the new token never sends the old one again", async () => {
    let readOnly = false;
    const held = gate();
    const world = await openWorld({ refresh: "family", through: (store) => meddled(store, () => (readOnly ? Promise.reject(new Error("READONLY")) : null)) });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const request = world.engine.usable(key, need).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    readOnly = true;
    held.open();
    await until(() => (world.processes[0]?.heard.tokensNotStored ?? []).length > 0, "the alarm");
    await inFastTime(world.clock, request);
    // Past the lease: whoever asks now may take it over.
    await world.clock.advance(30_000);
    readOnly = false;
    await inFastTime(world.clock, world.engine.usable(key, need));
    expect(world.refreshes()).toBe(1);
  });

  it("promise 4: close() names the grants whose tokens were not stored", async () => {
    let down = false;
    const held = gate();
    const world = await openWorld({ through: (store) => meddled(store, () => (down ? Promise.reject(new Error("down")) : null)) });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const request = world.engine.usable(key, need).catch(() => "gave up");
    await until(() => world.refreshes() === 1, "the refresh");
    down = true;
    held.open();
    await until(() => (world.processes[0]?.heard.tokensNotStored ?? []).length > 0, "the alarm");
    expect(await inFastTime(world.clock, world.engine.close())).toEqual([key.slice(0, 10)]);
    await inFastTime(world.clock, request);
    down = false;
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).phase.name === "active", "the tokens to be stored"),
    );
  });

  it("promise 12: tokens that the store still does not take when close() gives up keep no process alive", async () => {
    let down = false;
    const held = gate();
    const alive = new Set<object>();
    const world = await openWorld({
      through: (store) => meddled(store, () => (down ? Promise.reject(new Error("down")) : null)),
      clocks: (clock) => ({
        ...clock,
        after(ms, callback, background) {
          const timer = {};
          if (background !== true) alive.add(timer);
          const cancel = clock.after(ms, () => (alive.delete(timer), callback()), background);
          return () => (alive.delete(timer), cancel());
        },
      }),
    });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const request = world.engine.usable(key, need).catch(() => "gave up");
    await until(() => world.refreshes() === 1, "the refresh");
    down = true;
    held.open();
    await inFastTime(world.clock, request);
    expect(await inFastTime(world.clock, world.engine.close())).toHaveLength(1);
    // For longer than any pause between two tries.
    let restMs = 0;
    await inFastTime(
      world.clock,
      until(() => (restMs = alive.size === 0 ? restMs + 5 : 0) > 250, "the process to end"),
    );
    down = false;
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).phase.name === "active", "the tokens to be stored where it goes on"),
    );
  });

  it("promise 4: the store was away for longer than the lease: who holds the tokens stores them before anybody sends the old one again", async () => {
    let down = false;
    let reads = 0;
    const failing = (): Promise<never> => Promise.reject(new Error("down"));
    const held = gate();
    const world = await openWorld({
      refresh: "family",
      processes: 2,
      through: (store, process) => ({
        ...meddled(store, () => (down ? failing() : null)),
        get(key) {
          reads += process;
          return down ? failing() : store.get(key);
        },
      }),
    });
    const [holder, other] = world.processes;
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const first = Promise.resolve(holder?.engine.usable(key, need)).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    // The other one watches the lease from now on, and feels that the store goes away.
    const second = Promise.resolve(other?.engine.usable(key, need)).catch(() => undefined);
    await until(() => reads > 1, "the other process to see the lease");
    down = true;
    held.open();
    await until(() => (holder?.heard.tokensNotStored ?? []).length > 0 && other?.heard.storeFailed !== undefined, "both to feel it");
    await inFastTime(world.clock, Promise.all([first, second]));
    await world.clock.advance(30_000);
    down = false;
    await inFastTime(world.clock, Promise.resolve(other?.engine.usable(key, need)));
    expect(world.refreshes()).toBe(1);
  });

  it("promise 4: nor does anybody who knew of the lease and asked nothing while the store was away", async () => {
    let down = false;
    const held = gate();
    let looks = 0;
    const failing = (): Promise<never> => Promise.reject(new Error("down"));
    const world = await openWorld({
      refresh: "family",
      processes: 2,
      through: (store, process) => ({
        ...meddled(store, () => (down ? failing() : null)),
        // One look tells the other one to wait, and the second puts it off.
        get: (key) => (down || (process === 1 && ++looks === 2) ? failing() : store.get(key)),
      }),
    });
    const [holder, other] = world.processes;
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const first = Promise.resolve(holder?.engine.usable(key, need)).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    await inFastTime(
      world.clock,
      Promise.resolve(other?.engine.usable(key, need)).catch(() => undefined),
    );
    expect(looks).toBe(2);
    down = true;
    held.open();
    await until(() => (holder?.heard.tokensNotStored ?? []).length > 0, "the holder to feel it");
    await inFastTime(world.clock, first);
    await world.clock.advance(30_000);
    down = false;
    await inFastTime(world.clock, Promise.resolve(other?.engine.usable(key, need)));
    expect(world.refreshes()).toBe(1);
    expect((await world.grant(key)).phase.name).toBe("active");
  });

  it("F-006 a holder that is gone is let go first once, however often the store fails meanwhile", async () => {
    let dead = false;
    let reads = 0;
    const never = new Promise<never>(() => undefined);
    const world = await openWorld({
      processes: 2,
      through: (store, process) => ({
        ...meddled(store, () => (process === 0 && dead ? never : null)),
        get(key) {
          if (process === 0) return dead ? never : store.get(key);
          // Every visit looks once, and is put off by the second look.
          return ++reads % 2 === 0 ? Promise.reject(new Error("down")) : store.get(key);
        },
      }),
    });
    const [gone, other] = world.processes;
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "silence", times: 1 });
    const lost = gone?.engine.usable(key, need).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    dead = true;
    const begunAt = world.clock.elapsed();
    while (world.refreshes() === 1 && world.clock.elapsed() - begunAt < 40_000) {
      await inFastTime(
        world.clock,
        Promise.resolve(other?.engine.usable(key, need)).catch(() => undefined),
      );
      await world.clock.advance(1_000);
    }
    // The lease, and one turn for its holder.
    expect(world.clock.elapsed() - begunAt).toBeGreaterThan(15_000 + 3_000);
    expect(world.clock.elapsed() - begunAt).toBeLessThan(15_000 + 5_000 + 4_000);
    await inFastTime(world.clock, Promise.resolve(lost));
  });

  it("F-002 a store that hangs ends a call within its deadline", async () => {
    let hangs = false;
    const world = await openWorld({ through: (store) => ({ ...store, get: (key) => (hangs ? new Promise(() => undefined) : store.get(key)) }) });
    const { key, cookie } = await world.signIn();
    hangs = true;
    const before = world.clock.elapsed();
    await expect(inFastTime(world.clock, world.engine.usable(key, need))).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    await expect(inFastTime(world.clock, Promise.resolve(world.engine.authenticate(cookie)))).rejects.toMatchObject({ reason: "store" });
    expect(world.clock.elapsed() - before).toBeLessThan(6_000);
  });
});

describe("answers that come late", () => {
  it("H: the deadline ends the wait, not the request: a late rotation is stored and nobody is lost", async () => {
    const held = gate();
    const world = await openWorld({ refresh: "family" });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held.passed, times: 1 });
    await expect(inFastTime(world.clock, world.engine.usable(key, need))).rejects.toMatchObject({ code: "temporarily_unavailable" });
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).trouble.unsettled, "the attempt to be given up"),
    );
    held.open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the late answer");
    await world.engine.usable(key, need);
    expect(world.refreshes()).toBe(1);
  });

  it("H: a process that stood still past its deadline reads the answer that came meanwhile before it calls the attempt unknown", async () => {
    const held = gate();
    let process = mayStandStill(systemClock);
    const world = await openWorld({ refresh: "family", clocks: (clock) => (process = mayStandStill(clock)) });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held.passed, times: 1 });
    const asked = world.engine.usable(key, need).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the request");
    process.standStill(12_000);
    held.open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the answer");
    await asked;
    expect(world.processes[0]?.heard.refreshFailed).toBeUndefined();
    expect((await world.grant(key)).trouble).toEqual({ attempts: 0, unsettled: false, probing: false });
    expect(world.refreshes()).toBe(1);
  });

  it("H: an attempt that is only late is not repeated, even where the lease would allow it", async () => {
    const held = gate();
    const world = await openWorld({ refresh: "strict", timings: { leaseMs: { living: 45_000, dead: 60_000 } } });
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held.passed, times: 1 });
    await inFastTime(
      world.clock,
      world.engine.usable(key, need).catch(() => undefined),
    );
    await inFastTime(
      world.clock,
      until(async () => (await world.grant(key)).trouble.unsettled, "the attempt to be given up"),
    );
    expect(world.refreshes()).toBe(1);
    held.open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the late answer");
  });

  it("J: a success commits over another process's verdict", async () => {
    const held = gate();
    const world = await openWorld({ refresh: "strict", processes: 2 });
    const [slow, other] = world.processes;
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held.passed, times: 1 });
    const lost = inFastTime(
      world.clock,
      slow?.engine.usable(key, need).catch((error: { code: string }) => error.code) ?? Promise.reject(new Error("no process")),
    );
    expect(await lost).toBe("temporarily_unavailable");
    // The other one replays the spent token, twice: suspect, then the final verdict.
    for (const laterMs of [3_000, minute]) {
      await world.clock.advance(laterMs);
      await other?.engine.usable(key, need).catch(() => undefined);
    }
    expect((await world.grant(key)).phase.name).toBe("reauthorize");
    held.open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the late answer");
    expect((await other?.engine.usable(key, need))?.refresh.token).toBe((await world.grant(key)).refresh.token);
  });

  it.each([
    ["a process paused", true],
    ["F-007 one on a machine that was suspended, whose monotonic clock stood still,", false],
  ])("I: %s past its lease before sending does not send", async (_, counts) => {
    let pausedMs = 0;
    let pauses = false;
    const world = await openWorld({
      refresh: "family",
      clocks: (clock) => ({ ...clock, now: () => clock.now() + pausedMs, elapsed: () => clock.elapsed() + (counts ? pausedMs : 0) }),
      // The pause falls after the lease was taken and before the answer of the store is read.
      through: (store) =>
        meddled(store, async (swap) => {
          const done = await swap();
          if (pauses) pausedMs += 46_000;
          pauses = false;
          return done;
        }),
    });
    const { key } = await world.signIn();
    await world.expire();
    pauses = true;
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(world.refreshes()).toBe(0);
    await world.clock.advance(minute);
    await world.engine.usable(key, need);
    expect(world.refreshes()).toBe(1);
  });

  it("callers may leave: the refresh they began goes on", async () => {
    const held = gate();
    const world = await openWorld();
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held.passed, times: 1 });
    const left = world.engine.usable(key, need).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    held.open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the answer");
    await left;
  });

  it("F-006 the holder of a lease is gone: another takes over when the lease is over, callers wait at most 10 s", async () => {
    let dead = false;
    const never = new Promise<never>(() => undefined);
    const world = await openWorld({
      processes: 2,
      through: (store, process) => (process === 0 ? { ...meddled(store, () => (dead ? never : null)), get: (key) => (dead ? never : store.get(key)) } : store),
    });
    const [gone, other] = world.processes;
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "silence", times: 1 });
    const lost = gone?.engine.usable(key, need).catch(() => undefined);
    await until(() => world.refreshes() === 1, "the refresh");
    dead = true;
    const before = world.clock.elapsed();
    const waiting = inFastTime(world.clock, other?.engine.usable(key, need) ?? Promise.reject(new Error("no process")));
    await waiting.catch((error: unknown) => expect(error).toMatchObject({ code: "temporarily_unavailable" }));
    expect(world.clock.elapsed() - before).toBeLessThan(11_000);
    await inFastTime(world.clock, other?.engine.usable(key, need) ?? Promise.reject(new Error("no process")));
    // The lease, and one turn for its holder.
    expect(world.clock.elapsed() - before).toBeGreaterThan(15_000 + 3_000);
    expect(world.clock.elapsed() - before).toBeLessThan(15_000 + 5_000 + 1_000);
    await inFastTime(world.clock, Promise.resolve(lost));
  });
});

describe("clocks that disagree", () => {
  it("F-007 nobody is given a dead token when the clock was two hours ahead and is set right", async () => {
    let aheadMs = 120 * minute;
    const world = await openWorld({ clocks: (clock) => ({ ...clock, now: () => clock.now() + aheadMs }) });
    const { key } = await world.signIn();
    await world.expire();
    const { access } = await world.engine.usable(key, need);
    await world.clock.advance(45 * minute);
    aheadMs = 0;
    expect((await world.engine.usable(key, need)).access.token).toBe(access.token);
    await world.clock.advance(20 * minute);
    expect((await world.engine.usable(key, need)).access.token).not.toBe(access.token);
    expect(world.refreshes()).toBe(2);
  });

  it.each([
    [2, "family"],
    [-2, "family"],
    [2, "non-rotating"],
    [-2, "non-rotating"],
  ] as const)("F-007 a process whose clock is %i hours off costs extra refreshes, never a user (%s server)", async (hours, refresh) => {
    const offMs = hours * 60 * minute;
    const world = await openWorld({
      refresh,
      processes: 2,
      clocks: (clock, process) => (process === 0 ? clock : { ...clock, now: () => clock.now() + offMs }),
    });
    const [right, wrong] = world.processes;
    const { key, cookie } = await world.signIn();
    for (let round = 0; round < 8; round += 1) {
      await world.clock.advance(25 * minute);
      const { access } = (await (round % 2 === 0 ? wrong : right)?.engine.usable(key, need)) ?? { access: null };
      expect(access?.token).toMatch(/^BQ/);
      await right?.engine.usable(key, need);
      // A refresh ahead may be on its way; time must not leap over it.
      await until(async () => (await world.grant(key)).phase.name === "active", "what was begun to end");
      expect((await right?.engine.authenticate(cookie))?.key).toBe(key);
    }
    // Three and a half hours need four refreshes by the clock; each look by the wrong one may add one.
    expect(world.refreshes()).toBeLessThanOrEqual(16);
  });

  it.each([2, 0, -2])("F-007 a sign-out by a process whose clock is %i hours off stands in the way of a sign-in's swap that lands late", async (hours) => {
    const swaps: Parameters<Store["swap"]>[] = [];
    const noting = (store: Store): Store => ({ ...store, swap: (...swap) => (swaps.push(swap), store.swap(...swap)) });
    const world = await openWorld({
      processes: 2,
      through: (store, process) => (process === 0 ? noting(store) : store),
      clocks: (clock, process) => (process === 0 ? clock : { ...clock, now: () => clock.now() + hours * 60 * minute }),
    });
    const { key, cookie, sessionId } = await world.signIn();
    const [signIn] = swaps;
    const wrong = world.processes[1]?.engine;
    await wrong?.change(key, { type: "signedOut", session: sessionId, now: world.clock.now() + hours * 60 * minute, timings: defaultTimings });
    await world.clock.advance(14 * minute);
    // It was sent before nobody had signed out, and is the same as when nobody had signed in.
    expect(signIn?.[1]).toBeNull();
    expect(await world.store.swap(...(signIn as NonNullable<typeof signIn>))).toBe(false);
    expect(await world.engine.authenticate(cookie)).toBeNull();
  });
});
