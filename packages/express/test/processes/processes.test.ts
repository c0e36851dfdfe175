import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expire, type Fleet, nameOf, startFleet, type Visitor } from "./fleet.js";

const users = 50;
const requests = 20;
const expiries = 3;

describe("four processes on one SQLite file, each refresh token good for one use", () => {
  let fleet: Fleet;
  let visitors: readonly Visitor[];
  beforeAll(async () => {
    // Callers wait longer than the default, in case this machine has much else to do.
    fleet = await startFleet({ users, refresh: "family", waitMs: 30_000 });
    visitors = await Promise.all(Array.from({ length: users }, (_, index) => fleet.signIn(nameOf(index))));
  }, 60_000);
  afterAll(() => fleet.close());

  const refreshes = (user?: string): number => fleet.emulator.tokenCalls({ grantType: "refresh_token", ...(user === undefined ? {} : { user }) });

  it(
    `${users} users x ${requests} requests at once x ${expiries} expiries: 1.00 refresh each, no failed answer, nobody lost`,
    { timeout: 120_000 },
    async () => {
      const served = new Set<string>();
      for (let expiry = 1; expiry <= expiries; expiry++) {
        expire(fleet);
        const began = performance.now();
        const answers = (await Promise.all(visitors.map((visitor) => visitor.askAtOnce(requests)))).flat();
        for (const { headers } of answers) served.add(String(headers["x-process"]));
        const failed = answers.filter(({ status }) => status !== 200);
        expect(failed.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
        expect(visitors.map(({ user }) => refreshes(user))).toEqual(visitors.map(() => expiry));
        const perSecond = Math.round((answers.length * 1_000) / (performance.now() - began));
        console.log(
          `expiry ${expiry}: ${answers.length} answers, ${failed.length} failed, ${(refreshes() / users / expiry).toFixed(2)} refreshes per user and expiry, ${perSecond} answers/s`,
        );
      }
      expect(served.size).toBe(4);
      expect(refreshes()).toBe(users * expiries);
      expect(fleet.emulator.history.map(({ ended }) => ended)).toEqual(visitors.map(() => null));
    },
  );
});
