import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/seal/sealer.js";
import { openWorld, secret, type World } from "./world.js";

const need = { minValidMs: 0, sessionId: null };

/** Stores what another version of the library might have. */
async function rewrite(world: World, key: string, record: object): Promise<string> {
  const sealed = await createSealer([secret]).seal("grant", key, record);
  expect(await world.store.swap(key, await world.store.get(key), sealed)).toBe(true);
  return sealed;
}

describe("F-022 two versions of the library at one store", () => {
  it("fields that only the newer one knows outlive a refresh and a new session by the older one", async () => {
    const world = await openWorld({ refresh: "family" });
    const { key } = await world.signIn();
    await rewrite(world, key, { ...(await world.grant(key)), device: { id: "kitchen" } });
    await world.expire();
    await world.engine.usable(key, need);
    await world.signIn();
    expect(await world.grant(key)).toMatchObject({ device: { id: "kitchen" }, phase: { name: "active" } });
    expect((await world.grant(key)).sessions).toHaveLength(2);
  });

  it("a newer record costs the older one 503 for that user only, is never written over, and serves the newer one again", async () => {
    const world = await openWorld({ processes: 2 });
    const [mira, teo] = [await world.signIn("mira"), await world.signIn("teo")];
    const grant = await world.grant(mira.key);
    const newer = await rewrite(world, mira.key, { ...grant, v: 2 });
    await world.expire();
    for (const { engine } of world.processes) {
      await expect(engine.usable(mira.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "unknownKey" });
      expect((await engine.usable(teo.key, need)).phase.name).toBe("active");
    }
    expect(await world.store.get(mira.key)).toBe(newer);
    await rewrite(world, mira.key, grant);
    expect((await world.engine.authenticate(mira.cookie))?.key).toBe(mira.key);
  });
});
