import { goOnTour } from "demo-kit/walk/tour";
import { expect, test } from "vitest";
import { loginTour } from "../src/tours.js";

test("the walk meets no surprise and says what Spotify saw", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  const calm = await goOnTour(loginTour, (line) => lines.push(line));
  const said = lines.join("\n");
  expect(said).not.toContain("SURPRISE");
  expect(calm).toBe(true);
  expect(said).toContain("20 answers, 1 refresh.");
  expect(said).toMatch(/1 x POST \/api\/token refresh_token -> 200 rotated/);
  expect(said).toContain("401: nobody.");
  expect(said).toMatch(/Five days before the consent ends\n.*One redirect to Spotify and back to the same page; the consent ends 1[78]\d days later/);
  for (const words of ["Asked once at Spotify", "The other gets 401 at once", "The old cookies of both browsers get 401"]) expect(said).toContain(words);
});

test("the walk stops at the first surprise", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  expect(await goOnTour(loginTour, (line) => lines.push(line), { autoConsent: "teo" })).toBe(false);
  expect(lines.join("\n")).toContain("SURPRISE: after signing in the page answered 200 and does not know who is there");
  expect(lines.some((line) => line.includes("2. "))).toBe(false);
});
