import { describe, expect, it } from "vitest";
import { herd, users } from "./herd.js";
import { drawHerd } from "./herd-picture.js";

describe(`${users} users after a mass sign-in`, () => {
  const drawn = herd(true);
  const fixed = herd(false);

  it("come back as one where the margin is fixed", () => {
    expect(fixed.peak / fixed.mean).toBeGreaterThan(10);
  });

  it("come back spread out where the instant is drawn: at most 2.5 times the mean, from the first hour on", () => {
    expect(drawn.peak / drawn.mean).toBeLessThan(2.5);
    expect(drawn.peak).toBeLessThan(fixed.peak / 4);
  });

  it("need hardly more calls for it", () => {
    expect(drawn.mean / fixed.mean).toBeLessThan(1.2);
  });

  // Drawn anew by: npm run vitest -- run packages/core/test/simulation/herd.test.ts --update
  it("the picture is drawn from these numbers", async () => {
    await expect(drawHerd(drawn, fixed)).toMatchFileSnapshot("../../pictures/herd.svg");
  });
});
