import { expect, it } from "vitest";
import { fuzzPaths } from "./fuzz-paths.js";

it("S-031 what reaches the Web API lies inside the allow-list, and nothing else leaves", { timeout: 30_000 }, async () => {
  const { paths, passed, failures } = await fuzzPaths(2_000, 1);
  expect(failures).toEqual([]);
  expect(paths).toBe(2_000);
  expect(passed).toBeGreaterThan(100);
});
