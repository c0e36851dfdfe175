import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expire, type Fleet, nameOf, secret, startFleet, type Visitor, visitorWith } from "./fleet.js";
import { until } from "./until.js";

const next = "7Hq2mWc9ZtRb4LxKv8JpNd3FgYs6UeAo1TiQrXyBz5M";

let fleet: Fleet;
let visitors: readonly Visitor[];
beforeEach(async () => {
  fleet = await startFleet({ processes: 2, users: 6, refresh: "family" });
  visitors = await Promise.all(Array.from({ length: 6 }, (_, index) => fleet.signIn(nameOf(index))));
}, 60_000);
afterEach(() => fleet.close());

/** One process after the other makes room for one with these secrets. */
async function roll(secrets: readonly string[], except = 0): Promise<void> {
  for (const former of fleet.running.filter(({ number }) => number !== except)) {
    await fleet.start({ secrets });
    fleet.proxy.remove(former.number);
    // A request that reaches a connection just as it is closed is nobody's.
    await until(() => fleet.proxy.at(former.number) === 0, "its last request");
    former.signal("SIGTERM");
    expect(await former.ended).toBe(0);
  }
}

/** Statuses of what everybody asks, one request after the other, until the work is done. */
async function underTraffic(work: () => Promise<void>): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let done = false;
  const asking = visitors.map(async (visitor) => {
    while (!done) {
      const { status } = await visitor.ask();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  await work().finally(() => (done = true));
  await Promise.all(asking);
  return statuses;
}

describe("F-019 processes are restarted one by one under traffic", () => {
  it("a new secret is first made known, then used, then alone: no answer fails", { timeout: 120_000 }, async () => {
    for (const secrets of [[secret, next], [next, secret], [next]]) {
      const statuses = await underTraffic(() => roll(secrets));
      expect([...statuses.keys()]).toEqual([200]);
      expect(statuses.get(200)).toBeGreaterThan(20);
      // Everything is written, and so sealed, anew.
      expire(fleet);
      for (const visitor of visitors) expect((await visitor.ask()).status).toBe(200);
    }
  });

  it("a new secret that is used at once costs 503 until all know it, and no session", { timeout: 120_000 }, async () => {
    const { port, number } = await fleet.start({ secrets: [next, secret] });
    expire(fleet);
    for (const { user, cookie } of visitors) expect((await visitorWith(`http://127.0.0.1:${port}`, user, cookie).ask()).status).toBe(200);
    const statuses = await underTraffic(() => roll([next, secret], number));
    expect(new Set(statuses.keys())).toEqual(new Set([200, 503]));
    for (const visitor of visitors) expect((await visitor.ask()).status).toBe(200);
  });
});
