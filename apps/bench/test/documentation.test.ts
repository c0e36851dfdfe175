import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tablesOf, withPart } from "../src/documentation.js";
import { grantCounts } from "../src/many-grants.js";
import { processCounts } from "../src/many-processes.js";
import type { Measurement } from "../src/measurement.js";
import { names, type Reading, storeNames } from "../src/names.js";
import { drawCostOfGet } from "../src/pictures/cost-of-get.js";
import { drawCpuPerRequest } from "../src/pictures/cpu-per-request.js";
import { storeKinds } from "../src/stores/place.js";

const readings: readonly Reading[] = ["strict", "cached", "cold"];
const byPage = [names.noAuth, ...storeKinds.flatMap((kind) => readings.map((reading) => names.reading(kind, reading)))];
const contestants = [...byPage, ...byPage.map(names.ofALine)];
const shared = [names.noAuth, ...storeKinds.map((kind) => storeNames[kind])].flatMap((name) => processCounts.map((count) => names.inProcesses(name, count)));

/** One of each, and each another number. */
const measured = [
  ...contestants.flatMap((name) => [names.cpu(name), names.cpuRatio(name)]),
  ...shared.flatMap((name) => [names.cpu(name), names.perSecond(name)]),
  ...storeKinds.map(names.grantSize),
  ...storeKinds.flatMap((kind) => grantCounts.map((grants) => names.get(kind, grants))),
].map((what, index): Measurement => ({ what, value: index + 1.25, unit: "", target: null }));

const page = readFileSync(new URL("../../../packages/core/sizes.md", import.meta.url), "utf8");

describe("the tables", () => {
  it("each have a part of the page, and are written twice as they are once", () => {
    for (const [name, table] of Object.entries(tablesOf(measured))) {
      const once = withPart(page, name, table);
      expect(once).toContain(table);
      expect(withPart(once, name, table)).toBe(once);
    }
  });

  it("have a row to each store and a number in each cell", () => {
    const { sizes, grants } = tablesOf(measured);
    const size = measured.find(({ what }) => what === names.grantSize("redis"))?.value;
    expect(sizes.split("\n").find((line) => line.includes("Redis"))).toContain(`${Number(size).toFixed(2)} KiB`);
    expect(grants.split("\n").map((line) => line.split("|").length)).toEqual(Array.from({ length: 6 }, () => grantCounts.length + 3));
  });

  it("name what was not measured", () => expect(() => tablesOf(measured.slice(1))).toThrow(names.cpu(names.noAuth)));
});

it("a part that the page does not have is named", () => expect(() => withPart(page, "colours", "")).toThrow("colours"));

describe("the pictures", () => {
  it("say in words what they show", () => {
    expect(drawCpuPerRequest(measured)).toMatch(/<desc[^>]*>no auth: \d+ microseconds; .*Postgres, cached: \d+ microseconds\.<\/desc>/);
    expect(drawCostOfGet(measured)).toMatch(/<desc[^>]*>Microseconds\. memory: .* among 10, .*Postgres: .* among 1,000,000\.<\/desc>/);
  });

  it("have a point to each number of grants that was measured", () => {
    const quick = measured.filter(({ what }) => !what.includes("1,000,000"));
    expect(drawCostOfGet(measured).match(/<circle /g)).toHaveLength(16);
    expect(drawCostOfGet(quick).match(/<circle /g)).toHaveLength(12);
  });
});
