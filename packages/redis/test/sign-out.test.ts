import { cached } from "@refrain/core";
import { manualClock } from "@refrain/core/testing";
import { signOutElsewhere } from "server-kit/sign-out-elsewhere";
import { describe, expect, it } from "vitest";
import { bothClients, redisOfTest, storeOn } from "./opened.js";

const rounds = process.env["MODE"] === "faults" ? 1000 : 50;

describe.each(bothClients)("after a sign-out is acknowledged, another process, through %s,", { timeout: 300_000 }, (kind) => {
  it("refuses at once", async () => {
    const { port } = await redisOfTest();
    const { served, worstMs } = await signOutElsewhere([await storeOn(port, kind), await storeOn(port, kind)], rounds);
    console.log(`${kind}, strict, ${rounds} sign-outs: the slowest refusal took ${worstMs.toFixed(1)} ms`);
    expect(served).toBe(0);
  });

  it("that caches refuses when it hears of it, however long its entries may be kept", async () => {
    const { port } = await redisOfTest();
    // Time stands still, so no entry grows old.
    const cache = cached(await storeOn(port, kind), { maxAgeMs: 5000, clock: manualClock() });
    const { worstMs } = await signOutElsewhere([await storeOn(port, kind), cache], rounds);
    console.log(`${kind}, cached, ${rounds} sign-outs: served for at most ${worstMs.toFixed(1)} ms`);
    expect(worstMs).toBeGreaterThan(0);
  });

  it("that caches and hears nothing refuses when its entries are too old", async () => {
    const { port } = await redisOfTest();
    const { watch: _, ...deaf } = await storeOn(port, kind);
    const { served } = await signOutElsewhere([await storeOn(port, kind), cached(deaf, { maxAgeMs: 100 })], 3);
    expect(served).toBeGreaterThan(0);
  });
});
