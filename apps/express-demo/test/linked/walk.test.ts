import { goOnTour } from "demo-kit/walk/tour";
import { expect, test } from "vitest";
import { linkedTour } from "../../src/tours.js";

test("the walk meets no surprise and says what Spotify saw", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  const calm = await goOnTour(linkedTour, (line) => lines.push(line));
  const said = lines.join("\n");
  expect(said).not.toContain("SURPRISE");
  expect(calm).toBe(true);
  for (const words of ["Linked to Mira Sandoval, and still Walker.", "20 answers, 1 refresh.", "401, and Walker is still signed in."])
    expect(said).toContain(words);
});

test("the walk stops at the first surprise", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  expect(await goOnTour(linkedTour, (line) => lines.push(line), { autoConsent: "teo" })).toBe(false);
  expect(lines.join("\n")).toContain("SURPRISE: the page does not say which Spotify account is linked");
  expect(lines.some((line) => line.includes("3. "))).toBe(false);
});
