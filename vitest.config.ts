import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*"],
    // Most tests wait for servers, browsers and child processes: two files at a time keep two cores busy.
    maxWorkers: 2,
    coverage: { include: ["packages/*/src/**"] },
  },
});
