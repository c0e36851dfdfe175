import { describe, expect, it } from "vitest";
import { cached } from "../../src/store/cached-store.js";
import { createSealer } from "../../src/seal/sealer.js";
import { inFastTime, openWorld, secret, until } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const day = 86_400_000;

describe("what is bounded", () => {
  it("F-027 refreshes in flight per process are capped; the others wait their turn", async () => {
    let open = (): void => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    const world = await openWorld({ settings: { maxRefreshes: 2 } });
    const users = await Promise.all(["mira", "teo", "anouk"].map((user) => world.signIn(user)));
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held });
    const requests = users.map(({ key }) => world.engine.usable(key, need));
    await until(() => world.refreshes() === 2, "two refreshes");
    // The third would have been sent in this time.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.refreshes()).toBe(2);
    open();
    await Promise.all(requests);
    expect(world.refreshes()).toBe(3);
  });

  it("who still waits for a place when close() is called begins no refresh", async () => {
    let open = (): void => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    const world = await openWorld({ refresh: "family", settings: { maxRefreshes: 1 } });
    const [mira, teo] = [await world.signIn("mira"), await world.signIn("teo")];
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held, times: 1 });
    const first = world.engine.usable(mira.key, need);
    await until(() => world.refreshes() === 1, "the refresh");
    const second = world.engine.usable(teo.key, need).catch((error: unknown) => error);
    // Until it stands in line.
    await world.clock.advance(100);
    const closed = world.engine.close();
    open();
    await first;
    expect(await second).toMatchObject({ code: "temporarily_unavailable", reason: "closing" });
    expect(await closed).toEqual([]);
    expect(world.refreshes()).toBe(1);
  });

  it("F-027 tokens that cannot be stored keep nobody else from being refreshed", async () => {
    let away: string | null = null;
    let open = (): void => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    const failing = (): Promise<never> => Promise.reject(new Error("down"));
    const world = await openWorld({
      settings: { maxRefreshes: 1 },
      through: (store) => ({
        ...store,
        swap: (...swap) => (swap[0] === away ? failing() : store.swap(...swap)),
        get: (key) => (key === away ? failing() : store.get(key)),
      }),
    });
    const [mira, teo] = [await world.signIn("mira"), await world.signIn("teo")];
    await world.expire();
    world.emulator.fault({ on: "token", kind: "held", until: held, times: 1 });
    const first = world.engine.usable(mira.key, need);
    await until(() => world.refreshes() === 1, "the refresh");
    away = mira.key;
    open();
    await until(() => (world.processes[0]?.heard.tokensNotStored ?? []).length > 0, "the failure");
    await world.engine.usable(teo.key, need);
    away = null;
    await inFastTime(world.clock, first);
  });
});

describe("what cannot be opened", () => {
  it("F-019 a record sealed with another secret is temporarily unavailable, and is never overwritten", async () => {
    const world = await openWorld({ processes: 1 });
    const { key, cookie } = await world.signIn();
    const stored = await world.store.get(key);
    const stranger = createSealer(["another-secret-0123456789-abcdefghijklmnopqrstuvwxyz"]);
    const foreign = await stranger.seal("grant", key, { v: 1 });
    expect(await world.store.swap(key, stored, foreign)).toBe(true);
    await expect(world.engine.authenticate(cookie)).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "unknownKey" });
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ reason: "unknownKey" });
    await expect(world.engine.change(key, { type: "retried", now: 0 })).rejects.toMatchObject({ reason: "unknownKey" });
    expect(await world.store.get(key)).toBe(foreign);
    expect(world.processes[0]?.heard.unreadableRecord?.[0]).toEqual({ grant: key.slice(0, 10), problem: "unknownKey" });
  });

  it("F-022 a record of a newer format is temporarily unavailable, and is never overwritten", async () => {
    const world = await openWorld();
    const { key, cookie } = await world.signIn();
    const newer = await createSealer([secret]).seal("grant", key, { ...(await world.grant(key)), v: 2 });
    await world.store.swap(key, await world.store.get(key), newer);
    await expect(world.engine.authenticate(cookie)).rejects.toMatchObject({ reason: "unknownKey" });
    expect(await world.store.get(key)).toBe(newer);
  });

  it.each([
    ["tampered", (sealed: string) => `${sealed.slice(0, -3)}AAA`],
    ["truncated", (sealed: string) => sealed.slice(0, 100)],
    ["garbage", () => "not a record at all"],
  ])("F-020 a %s record signs out that user only, and a new sign-in replaces it", async (_, damage) => {
    const world = await openWorld();
    const [mira, teo] = [await world.signIn("mira"), await world.signIn("teo")];
    const sealed = await world.store.get(mira.key);
    await world.store.swap(mira.key, sealed, damage(sealed ?? ""));
    expect(await world.engine.authenticate(mira.cookie)).toBeNull();
    await expect(world.engine.usable(mira.key, need)).rejects.toMatchObject({ code: "integrity_error" });
    expect((await world.engine.authenticate(teo.cookie))?.key).toBe(teo.key);
    expect(world.processes[0]?.heard.unreadableRecord?.[0]).toMatchObject({ problem: "corrupt" });
    const again = await world.signIn("mira");
    expect((await world.engine.authenticate(again.cookie))?.key).toBe(mira.key);
  });

  it("S-080 a record moved to another user's row is damaged, not that user", async () => {
    const world = await openWorld();
    const [mira, teo] = [await world.signIn("mira"), await world.signIn("teo")];
    await world.store.swap(teo.key, await world.store.get(teo.key), (await world.store.get(mira.key)) ?? "");
    expect(await world.engine.authenticate(teo.cookie)).toBeNull();
    expect(await world.engine.authenticate(`${teo.key}.${mira.cookie.slice(44)}`)).toBeNull();
  });

  it("S-081 secrets rotate under traffic: what the old one sealed opens, what is written is sealed with the new one", async () => {
    const world = await openWorld();
    const { key, cookie } = await world.signIn();
    const newSecret = "7Hq2mWc9ZtRb4LxKv8JpNd3FgYs6UeAo1TiQrXyBz5M";
    const rotated = await openWorld({ through: () => world.store, secrets: [newSecret, secret], issuer: world.emulator.origin });
    expect((await rotated.engine.authenticate(cookie))?.key).toBe(key);
    await rotated.clock.advance(3_600_000);
    await rotated.engine.usable(key, need);
    const onlyNew = await openWorld({ through: () => world.store, secrets: [newSecret] });
    expect((await onlyNew.engine.authenticate(cookie))?.key).toBe(key);
  });
});

describe("sessions end by time", () => {
  const session = { absoluteMs: 10 * day, idleMs: 2 * day };

  it("S-052 idle and absolute limits hold to the second, and use keeps a session from being idle", async () => {
    const world = await openWorld({ timings: { session } });
    const { cookie, key } = await world.signIn();
    const began = world.clock.now();
    const alive = async (atMs: number): Promise<boolean> => {
      await world.clock.advance(began + atMs - world.clock.now());
      const found = await world.engine.authenticate(cookie);
      await until(async () => found === null || ((await world.grant(key)).sessions[0]?.seenAt ?? 0) >= world.clock.now() - 7_200_000, "seen to be written");
      return found !== null;
    };
    for (let days = 1; days <= 9; days += 1) expect(await alive(days * day), `day ${days}`).toBe(true);
    expect(await alive(10 * day - 1_000)).toBe(true);
    expect(await alive(10 * day + 1_000)).toBe(false);
    // The end of a session by time is not a logout.
    expect((await world.grant(key)).refresh.token).toMatch(/^AQ/);
  });

  it("S-052 an idle session ends", async () => {
    const world = await openWorld({ timings: { session } });
    const { cookie } = await world.signIn();
    await world.clock.advance(2 * day + 1_000);
    expect(await world.engine.authenticate(cookie)).toBeNull();
  });
});

describe("behind cached()", () => {
  it("a lost race is read again past the cache", async () => {
    const world = await openWorld({
      refresh: "family",
      processes: 3,
      through: (store) => cached({ get: store.get.bind(store), swap: store.swap.bind(store) }, { maxAgeMs: 5_000 }),
    });
    const { key } = await world.signIn();
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      for (const { engine } of world.processes) await engine.usable(key, need);
      await world.expire();
      await Promise.all(world.processes.flatMap(({ engine }) => Array.from({ length: 5 }, () => engine.usable(key, need))));
      expect(world.refreshes()).toBe(expiry);
    }
  });
});

describe("what marks a name as used", () => {
  it("S-003 is won by one of fifty, over all processes", async () => {
    const world = await openWorld({ processes: 4 });
    const won = await Promise.all(
      world.processes.flatMap(({ engine }) => Array.from({ length: 13 }, () => engine.useOnce("tx:state", world.clock.now() + 60_000))),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it("is won by the one whose acknowledgement was lost", async () => {
    let lost = true;
    const world = await openWorld({
      through: (store) => ({
        ...store,
        swap: async (...swap) => {
          const done = await store.swap(...swap);
          if (!lost) return done;
          lost = false;
          throw new Error("connection lost");
        },
      }),
    });
    expect(await world.engine.useOnce("tx:state", world.clock.now() + 60_000)).toBe(true);
    expect(await world.engine.useOnce("tx:state", world.clock.now() + 60_000)).toBe(false);
  });
});
