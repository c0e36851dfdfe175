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

it("prints words where there is no number", () => {
  const words = { what: "cold", value: "cannot: memory is of one process", unit: "x", target: { most: 1 } };
  expect(isMet(words)).toBeNull();
  expect(table([words]).split("\n")[1]).toBe("cold  cannot: memory is of one process  <= 1");
});

it("puts what rows have in common above them, once", () => {
  const grouped = { group: "a measurement with a long name", value: 7, unit: "ms", target: null };
  const lines = ["what    measured  target  met?", "a measurement with a long name", "  us        7 ms", "  them      7 ms", "note     12.3 µs"];
  expect(table([{ ...grouped, what: "us" }, { ...grouped, what: "them" }, note])).toBe(lines.join("\n"));
});
