import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calls, received } from "./readme-example.js";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the example of the README is the one that compiles and runs", () => {
  const example = read("./readme-example.ts").replace("../src/index.js", "@refrain/emulator").split("\nexport const received")[0] ?? "";
  expect(read("../README.md")).toContain(`\`\`\`ts\n${example}`);
  expect([received, calls]).toEqual([true, 0]);
});
