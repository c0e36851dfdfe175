import { describe, expect, it } from "vitest";
import { isMet } from "../src/measurement.js";
import { table } from "../src/table.js";

const ratio = { what: "ratio", value: 1.2345, unit: "x", target: { most: 1.25 } };
const rate = { what: "rate", value: 999_999, unit: "/s", target: { least: 1_000_000 } };
const note = { what: "note", value: 12.345, unit: "µs", target: null };

describe("isMet", () => {
  it("counts the target itself as met", () => {
    expect(isMet({ ...ratio, value: 1.25 })).toBe(true);
    expect(isMet({ ...rate, value: 1_000_000 })).toBe(true);
  });
  it("tells at most from at least", () => {
    expect(isMet({ ...ratio, value: 1.26 })).toBe(false);
    expect(isMet(rate)).toBe(false);
  });
  it("says nothing where nothing is wanted", () => expect(isMet(note)).toBeNull());
});

it("prints what was measured beside what was wanted", () => {
  const lines = ["what     measured  target        met?", "ratio      1.23 x  <= 1.25       yes", "rate   999,999 /s  >= 1,000,000  NO", "note      12.3 µs"];
  expect(table([ratio, rate, note])).toBe(lines.join("\n"));
});
