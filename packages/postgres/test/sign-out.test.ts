import { cached } from "@refrain/core";
import { manualClock } from "@refrain/core/testing";
import { startPgBouncer } from "server-kit/pgbouncer";
import { signOutElsewhere } from "server-kit/sign-out-elsewhere";
import { describe, expect, it, onTestFinished } from "vitest";
import { poolOn, postgresOfFile, storeOn } from "./servers.js";

const rounds = process.env["MODE"] === "faults" ? 1000 : 50;

const databaseOfTest = postgresOfFile();

describe("after a sign-out is acknowledged, another process", { timeout: 300_000 }, () => {
  it.each(["direct", "behind PgBouncer"])("%s refuses at once", async (way) => {
    const postgres = await databaseOfTest();
    const pgbouncer = await startPgBouncer(postgres.port, postgres.database);
    onTestFinished(() => pgbouncer.stop());
    const { url } = way === "direct" ? postgres : pgbouncer;
    const { served, worstMs } = await signOutElsewhere([storeOn(url), storeOn(url)], rounds);
    console.log(`${way}, strict, ${rounds} sign-outs: the slowest refusal took ${worstMs.toFixed(1)} ms`);
    expect(served).toBe(0);
  });

  it("that caches refuses when it hears of it, however long its entries may be kept", async () => {
    const { url } = await databaseOfTest();
    const [store, other] = [storeOn(url, { listen: poolOn(url) }), storeOn(url, { listen: poolOn(url) })];
    // Time stands still, so no entry grows old.
    const { worstMs } = await signOutElsewhere([store, cached(other, { maxAgeMs: 5000, clock: manualClock() })], rounds);
    console.log(`cached, ${rounds} sign-outs: served for at most ${worstMs.toFixed(1)} ms`);
    expect(worstMs).toBeGreaterThan(0);
  });

  it("that caches and hears nothing refuses when its entries are too old", async () => {
    const { url } = await databaseOfTest();
    const { served } = await signOutElsewhere([storeOn(url), cached(storeOn(url), { maxAgeMs: 100 })], 3);
    expect(served).toBeGreaterThan(0);
  });
});
