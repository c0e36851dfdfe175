import { describe, expect, it } from "vitest";
import { withCountedCrypto } from "./counted-crypto.js";
import { type Fleet, openFleet } from "./fleet.js";

const size = 1_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe(`a provider's mistake: ${size} users, and for ten minutes half of all refreshes end with a false invalid_grant`, () => {
  it("whoever visits is back after one sign-in, with the same session's place; whoever does not is brought back by retry within a day; who really left stays out", async () => {
    await withCountedCrypto(async () => {
      const fleet = await openFleet(size);
      const { present, away, revoked } = groups(fleet);
      for (const user of revoked) fleet.revoke(user);

      await fleet.pass(hourMs);
      fleet.lies(true);
      await visitAll(fleet, [...present, ...away, ...revoked], 10 * minuteMs);
      fleet.lies(false);

      const told = present.filter((user) => fleet.phaseOf(user) === "reauthorize");
      expect(told.length).toBeGreaterThan(present.length / 3);
      expect(told.length).toBeLessThan((present.length * 2) / 3);

      // Those who are there: one redirect each, in the place of the session they had.
      for (const user of present) {
        const before = fleet.sessionsOf(user);
        const first = await fleet.visit(user);
        if (first === "reauthorize") {
          expect(await fleet.signIn(user)).toBe(true);
          expect(await fleet.visit(user)).toBe("served");
          expect(fleet.sessionsOf(user)).toHaveLength(before.length);
        } else {
          expect(first).toBe("served");
        }
      }

      // Those who are away: their tokens were kept, unused, and an operator gives all of them one more try.
      await fleet.pass(20 * hourMs);
      const lost = away.filter((user) => fleet.phaseOf(user) === "reauthorize");
      expect(lost.length).toBeGreaterThan(away.length / 3);
      await fleet.retryAll();
      for (const user of away) expect(await fleet.visit(user), user).toBe("served");

      // Those who really left are found, and retrying them does no harm.
      for (const user of revoked) {
        expect(await fleet.visit(user), user).toBe("reauthorize");
        expect(fleet.phaseOf(user)).toBe("reauthorize");
      }
      expect(fleet.failures).toEqual([]);
    });
  }, 60_000);
});

function groups({ users: all }: Fleet): { readonly present: string[]; readonly away: string[]; readonly revoked: string[] } {
  return { present: all.slice(0, 600), away: all.slice(600, 960), revoked: all.slice(960) };
}

/** Everybody's page asks for a token once, some time within so many milliseconds. */
async function visitAll(fleet: Fleet, users: readonly string[], withinMs: number): Promise<void> {
  for (const user of users) {
    await fleet.pass(withinMs / users.length);
    await fleet.visit(user);
  }
}
