import type { EmulatorOptions } from "@refrain/emulator";
import { walk } from "demo-kit/walk/walk";
import { expect, test } from "vitest";
import { startDemo, type Demo } from "../starter/start-demo.js";
import { steps } from "../starter/walk-steps.js";

const start = (emulate: EmulatorOptions): Promise<Demo> => startDemo({ ports: [0], emulate, log: () => {} });

test("the walk meets no surprise and says what Spotify saw", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  const calm = await walk(start, steps, (line) => lines.push(line));
  const said = lines.join("\n");
  expect(said).not.toContain("SURPRISE");
  expect(calm).toBe(true);
  expect(said).toContain("20 pages, 1 refresh, no cookie written.");
  expect(said).toMatch(/1 x POST \/api\/token refresh_token -> 200 rotated/);
  expect(said).toContain("1 x POST /v1/me/playlists -> 201");
  expect(said).toContain("401: nobody.");
});

test("the walk stops at the first surprise", { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  expect(await walk(start, steps, (line) => lines.push(line), { autoConsent: "teo" })).toBe(false);
  expect(lines.join("\n")).toContain("SURPRISE: a page is not Mira's");
  expect(lines.some((line) => line.includes("2. "))).toBe(false);
});
