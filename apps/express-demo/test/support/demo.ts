import type { EmulatorOptions } from "@refrain/emulator";
import { onTestFinished } from "vitest";
import { createBrowser, type Browser } from "../../src/browser.js";
import type { Mode } from "../../src/mode.js";
import { startDemo, type Demo } from "../../src/start-demo.js";

/** A demo on a random port before a local Spotify, until the test ends. */
export interface TestDemo extends Demo {
  readonly emulator: NonNullable<Demo["emulator"]>;
  readonly browser: Browser;
  /** How often the token endpoint was asked to refresh. */
  refreshes(): number;
}

export async function testDemo(emulate: EmulatorOptions = { autoConsent: "mira" }, mode?: Mode): Promise<TestDemo> {
  const demo = await startDemo({ ports: [0], spotify: { emulate }, mode, log: () => {} });
  onTestFinished(() => demo.close());
  const { emulator } = demo;
  if (emulator === undefined) throw new Error("A local Spotify was asked for.");
  return { ...demo, emulator, browser: createBrowser(demo.origin), refreshes: () => emulator.tokenCalls({ grantType: "refresh_token" }) };
}

export const login = "/auth/spotify/login?returnTo=/";
export const hourMs = 3_600_000;
