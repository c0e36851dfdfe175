import { goOnTour } from "demo-kit/walk/tour";
import { expect, test } from "vitest";
import { tours } from "../src/tours.js";
import { platforms } from "./support/demo.js";

test.each(platforms)("on %s the walk meets no surprise and says what Spotify saw", { timeout: 60_000 }, async (platform) => {
  const lines: string[] = [];
  const calm = await goOnTour(tours[platform], (line) => lines.push(line));
  const said = lines.join("\n");
  expect(said).not.toContain("SURPRISE");
  expect(calm).toBe(true);
  expect(said).toMatch(/1 x POST \/api\/token refresh_token -> 200 rotated/);
  for (const words of ["20 answers, 1 refresh.", "401: nobody.", "The old cookies of both browsers get 401", "Heard: ", "the socket closed with 4401"])
    expect(said).toContain(words);
});

test("the walk stops at the first surprise", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  expect(await goOnTour(tours.express, (line) => lines.push(line), { autoConsent: "teo" })).toBe(false);
  expect(lines.join("\n")).toContain("SURPRISE: after signing in the page answered 200 and does not know who is there");
  expect(lines.some((line) => line.includes("2. "))).toBe(false);
});
