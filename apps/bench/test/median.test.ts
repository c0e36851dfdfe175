import { describe, expect, it } from "vitest";
import { median, medianRatio } from "../src/median.js";

describe("median", () => {
  it("is the middle one, whatever the order", () => expect(median([9, 1, 5])).toBe(5));
  it("is the mean of the two in the middle", () => expect(median([4, 1, 3, 2])).toBe(2.5));
  it("sorts by number, not by text", () => expect(median([10, 9, 100])).toBe(10));
  it("leaves the values as they were", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
  it("of nothing there is none", () => expect(() => median([])).toThrow(RangeError));
});

describe("medianRatio", () => {
  it("compares each round with its own counterpart", () => expect(medianRatio([2, 20, 6], [1, 10, 2])).toBe(2));
  it("wants as many on both sides", () => expect(() => medianRatio([1, 2], [1])).toThrow(RangeError));
});
