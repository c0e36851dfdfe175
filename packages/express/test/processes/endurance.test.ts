import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fleet, expire, layTrap, nameOf, startFleet, type Visitor } from "./fleet.js";
import type { Step } from "./traps.js";
import { until } from "./until.js";

const mebibyte = 1_048_576;
const minute = 60_000;

let fleet: Fleet;
afterEach(() => fleet.close());

async function visitorsOf(count: number): Promise<readonly Visitor[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => fleet.signIn(nameOf(index))));
}

describe("one process for an hour of the clock", () => {
  beforeEach(async () => {
    fleet = await startFleet({ processes: 1, users: 10, refresh: "family", emulator: { accessTokenLifetimeMs: 2 * minute } });
  }, 60_000);

  it("F-028 30 refreshes of 10 users each: heap and handles stay flat, also when Spotify fails every tenth time", { timeout: 120_000 }, async () => {
    const visitors = await visitorsOf(10);
    const [app] = fleet.running;
    if (app === undefined) expect.unreachable("no process");
    const hour: { heap: number; resources: number }[] = [];
    for (let passed = 0; passed < 30; passed++) {
      fleet.clock.advance(2 * minute);
      const failing = passed % 10 === 9;
      const mend = failing ? fleet.emulator.fault({ on: "token", kind: "status", status: 503 }) : () => undefined;
      const answers = (await Promise.all(visitors.map((visitor) => visitor.askAtOnce(2)))).flat();
      mend();
      expect(answers.every(({ status }) => status === (failing ? 503 : 200))).toBe(true);
      if (passed % 10 === 8) hour.push(await app.ask("measure", null));
    }
    const [first, , last] = hour;
    console.log(`heap in KiB and handles: ${hour.map(({ heap, resources }) => `${Math.round(heap / 1024)}, ${resources}`).join("; ")}`);
    expect((last?.heap ?? Infinity) - (first?.heap ?? 0)).toBeLessThan(mebibyte);
    expect(last?.resources).toBeLessThanOrEqual((first?.resources ?? 0) + 2);
  });
});

describe("what Spotify answers is far too long", () => {
  beforeEach(async () => {
    fleet = await startFleet({ processes: 1, users: 1 });
  }, 60_000);

  it.each(["huge-body", "gzip-bomb"] as const)(
    "F-010 a %s of 1 GiB is cut: 503, and the process grows by less than 10 MB",
    { timeout: 120_000 },
    async (kind) => {
      const [visitor] = await visitorsOf(1);
      const [app] = fleet.running;
      if (visitor === undefined || app === undefined) expect.unreachable("no process");
      const bombs = async (times: number): Promise<number> => {
        for (let time = 0; time < times; time++) {
          expire(fleet);
          const calls = fleet.emulator.log.length;
          const asked = visitor.ask();
          await until(
            () => fleet.emulator.log.slice(calls).some(({ fault, delivery }) => fault === kind && delivery !== "pending"),
            "the first of two attempts",
          );
          fleet.clock.advance(2_000);
          expect((await asked).status).toBe(503);
        }
        return (await app.ask("measure", null)).resident;
      };
      const mend = fleet.emulator.fault({ on: "token", grantType: "refresh_token", kind, bytes: 1024 * mebibyte });
      const before = await bombs(4);
      const after = await bombs(4);
      console.log(`${kind}: ${Math.round((after - before) / 1024)} KiB more`);
      expect(after - before).toBeLessThan(10_000_000);
      mend();
      expire(fleet);
      expect((await visitor.ask()).status).toBe(200);
    },
  );
});

describe("F-028 the event loop is blocked for longer than the lease", () => {
  beforeEach(async () => {
    fleet = await startFleet({ processes: 2, users: 1, refresh: "strict", trapped: true, waitMs: 30_000 });
  }, 60_000);

  it.each<[string, Step]>([
    ["when the lease is taken: nothing is sent, another takes over", "after swap 1"],
    ["when the answer is there: it is stored all the same", "after fetch 1"],
    ["before the tokens are stored: they are stored all the same", "before swap 2"],
  ])("%s, and nobody is lost", { timeout: 60_000 }, async (_, step) => {
    const [visitor] = await visitorsOf(1);
    if (visitor === undefined) expect.unreachable("nobody");
    expire(fleet);
    await layTrap(fleet, { visitor: visitor.user, step, fate: { blockMs: 16_000 }, ticket: fleet.path("ticket") });
    const asked = visitor.askAtOnce(10);
    await until(() => fleet.journal.entries().some(({ what }) => what === "caught"), "the block");
    fleet.clock.advance(16_000);
    for (const { status } of await asked) expect([200, 503]).toContain(status);
    for (let expiry = 0; expiry < 2; expiry++) {
      await until(() => fleet.proxy.elsewhere(0) === 0, "all answers");
      fleet.clock.advance(minute);
      expect((await visitor.ask()).status).toBe(200);
      expire(fleet);
    }
  });
});
