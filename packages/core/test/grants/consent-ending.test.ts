import { describe, expect, it } from "vitest";
import type { SpotifyAuthEvents } from "../../src/events.js";
import { reference } from "../../src/grants/records.js";
import { dueWarning } from "../../src/machine/consent.js";
import type { Store } from "../../src/store/store.js";
import { openWorld, until, type World } from "./world.js";

const second = 1_000;
const day = 86_400_000;
const need = { minValidMs: 0, sessionId: null };

type Ending = SpotifyAuthEvents["consentEnding"];
const heard = (world: World): readonly Ending[] => world.processes.flatMap((process) => process.heard.consentEnding ?? []);
const days = (world: World): readonly number[] => heard(world).map((event) => event.days);

/** Moves time so that so much of the consent is left. */
async function leave(world: World, key: string, leftMs: number): Promise<void> {
  await world.clock.advance((await world.grant(key)).reauthorizeBy - leftMs - world.clock.now());
}

/** A user whose token is used, by each process, until whatever is to be said was said. */
async function use(world: World, key: string): Promise<void> {
  for (const { engine } of world.processes) {
    await engine.usable(key, need);
    await until(async () => dueWarning(await world.grant(key), world.clock.now()) === null, "the warning to be noted");
    await world.clock.advance(0);
  }
}

describe("consentEnding", () => {
  it.each([
    ["30 days and a second", 30 * day + second, []],
    ["30 days", 30 * day, [30]],
    ["7 days and a second", 7 * day + second, [30]],
    ["7 days, when nobody came before: the farther warning would be a lie", 7 * day, [7]],
    ["a second", second, [7]],
  ])("S-027 with %s left", async (_, leftMs, expected) => {
    const world = await openWorld();
    const { key } = await world.signIn();
    await leave(world, key, leftMs);
    await use(world, key);
    expect(days(world)).toEqual(expected);
  });

  it("S-027 is told once per consent and threshold, whoever uses the token however often, and again of the next consent", async () => {
    const world = await openWorld({ processes: 4 });
    const { key } = await world.signIn();
    for (const leftMs of [40 * day, 29 * day, 20 * day, 8 * day, 6 * day, day]) {
      await leave(world, key, leftMs);
      await use(world, key);
    }
    expect(days(world)).toEqual([30, 7]);
    const { reauthorizeBy } = await world.grant(key);
    expect(heard(world)).toEqual([30, 7].map((due) => ({ grant: reference(key), days: due, reauthorizeBy })));

    await world.signIn();
    await use(world, key);
    expect(heard(world)).toHaveLength(2);
    await leave(world, key, 29 * day);
    await use(world, key);
    expect(days(world)).toEqual([30, 7, 30]);
    expect(heard(world).at(-1)?.reauthorizeBy).toBeGreaterThan(reauthorizeBy);
  });

  it("of four processes that find out at the same moment one tells", async () => {
    let racing = false;
    let arrived = 0;
    let open = (): void => undefined;
    const all = new Promise<void>((resolve) => (open = resolve));
    const world = await openWorld({
      processes: 4,
      through: (store): Store => ({
        ...store,
        async swap(...swap) {
          if (racing && ++arrived === 4) open();
          if (racing) await all;
          return store.swap(...swap);
        },
      }),
    });
    const { key } = await world.signIn();
    await leave(world, key, 30 * day + second);
    await use(world, key);
    await world.clock.advance(second);
    racing = true;
    await Promise.all(world.processes.flatMap(({ engine }) => Array.from({ length: 10 }, () => engine.usable(key, need))));
    await until(() => heard(world).length > 0, "the warning");
    await world.clock.advance(0);
    expect(arrived).toBe(4);
    expect(days(world)).toEqual([30]);
  });

  it("a store that takes no write breaks nothing; it is told when the store is back", async () => {
    let broken = false;
    const world = await openWorld({
      through: (store): Store => ({ ...store, swap: (...swap) => (broken ? Promise.reject(new Error("read only")) : store.swap(...swap)) }),
    });
    const { key } = await world.signIn();
    await leave(world, key, 30 * day + second);
    await use(world, key);
    await world.clock.advance(second);
    broken = true;
    await world.engine.usable(key, need);
    await until(() => world.processes[0]?.heard.storeFailed !== undefined, "the store to fail");
    expect(days(world)).toEqual([]);
    broken = false;
    await use(world, key);
    expect(days(world)).toEqual([30]);
  });

  it("is not told of a consent that is over", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    world.emulator.revoke("mira");
    await leave(world, key, day);
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required" });
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required" });
    await world.clock.advance(0);
    expect(heard(world)).toEqual([]);
  });

  it.each([-1, 1])("F-007 on a clock two hours off (%s) it comes two hours off, and once all the same", async (sign) => {
    const world = await openWorld({
      processes: 2,
      clocks: (clock, process) => (process === 0 ? clock : { ...clock, now: () => clock.now() + sign * 7_200_000 }),
    });
    const { key } = await world.signIn();
    await leave(world, key, 30 * day + sign * 7_200_000);
    const told = (): readonly number[] => world.processes.map((process) => process.heard.consentEnding?.length ?? 0);
    for (const { engine } of world.processes) await engine.usable(key, need);
    await until(() => told().some((count) => count > 0), "the warning");
    expect(told()).toEqual(sign > 0 ? [0, 1] : [1, 0]);
    await leave(world, key, 29 * day);
    await use(world, key);
    expect(days(world)).toEqual([30]);
  });
});
