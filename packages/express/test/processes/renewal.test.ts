import { afterAll, beforeAll, expect, it } from "vitest";
import { navigation } from "client-kit/browser";
import { type Fleet, nameOf, startFleet } from "./fleet.js";
import { get } from "./get.js";

const day = 86_400_000;
const users = 5;
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ processes: 4, users });
}, 60_000);
afterAll(() => fleet.close());

it(
  "promise 8: of twenty page navigations at once in four processes one is sent to renew the consent, and the others are served",
  { timeout: 60_000 },
  async () => {
    const visitors = await Promise.all(Array.from({ length: users }, (_, user) => fleet.signIn(nameOf(user))));
    fleet.clock.advance(179 * day);
    for (const visitor of visitors) {
      const { cookie } = visitor;
      // Its token was long dead: whoever comes first refreshes it, for all.
      expect(await visitor.ask()).toMatchObject({ status: 200 });
      const navigations = await Promise.all(Array.from({ length: 20 }, () => get(`${fleet.origin}/me`, { ...navigation, cookie, "x-visitor": visitor.user })));
      expect(new Set(navigations.map(({ headers }) => headers["x-process"])).size).toBe(4);
      expect(navigations.filter(({ status }) => status === 200)).toHaveLength(19);
      const sent = navigations.find(({ status }) => status === 303);
      expect(sent?.headers.location).toBe(`${fleet.origin}/auth/spotify/login?returnTo=%2Fme`);
    }
  },
);
