import { expect, it } from "vitest";
import { atExpiry } from "../src/peers/at-expiry.js";

const herd = { users: 2, parallel: 3, expiries: 1, processes: 1 };

it("counts one refresh per user for us, and as many as requests for an app that refreshes by hand", async () => {
  const [ours, byHand] = await Promise.all([atExpiry("refrain-memory", herd), atExpiry("iron-session", herd)]);
  expect(ours).toEqual({ refreshesPerUserAndExpiry: 1, failedAnswers: 0, usersLost: 0 });
  expect(byHand).toEqual({ refreshesPerUserAndExpiry: 3, failedAnswers: 4, usersLost: 2 });
});

it("shares users between two processes on one Redis, and refreshes once for all of their requests", async () => {
  const two = { ...herd, processes: 2 };
  const [ours, byHand] = await Promise.all([atExpiry("refrain-redis", two), atExpiry("passport-redis", { ...two, parallel: 1 })]);
  expect(ours).toEqual({ refreshesPerUserAndExpiry: 1, failedAnswers: 0, usersLost: 0 });
  expect(byHand).toEqual({ refreshesPerUserAndExpiry: 1, failedAnswers: 0, usersLost: 0 });
});
