import type { Emulator, EmulatorOptions } from "@refrain/emulator";
import { onTestFinished } from "vitest";
import { createBrowser, type Browser } from "./browser.js";
import { startDemo, type Demo, type DemoOptions, type Mode } from "./start-demo.js";

/** What tests have beside a demo. */
interface Company {
  readonly emulator: Emulator;
  readonly browser: Browser;
  /** How often the token endpoint was asked to refresh. */
  refreshes(): number;
}

/** A demo before a local Spotify, and a browser. The demo ends with the test. */
export function accompany<Started extends { readonly origin: string; readonly emulator: Emulator | undefined; close(): Promise<void> }>(
  demo: Started,
): Started & Company {
  // Next lets its open connections end first.
  onTestFinished(() => demo.close(), 60_000);
  const { emulator, origin } = demo;
  if (emulator === undefined) throw new Error("A local Spotify was asked for.");
  return { ...demo, emulator, browser: createBrowser(origin), refreshes: () => emulator.tokenCalls({ grantType: "refresh_token" }) };
}

export type TestDemo = Demo & Company;

/** A demo on a random port. */
export async function startTestDemo(
  mode: Mode,
  emulate: EmulatorOptions,
  options: Omit<Partial<DemoOptions>, "ports" | "spotify" | "mode"> = {},
): Promise<TestDemo> {
  return accompany(await startDemo({ ports: [0], spotify: { emulate }, mode, log: () => {}, ...options }));
}

/** Signs a browser without a window in where the local Spotify wants to be clicked at. */
export async function signInUnseen(browser: Browser, emulator: Emulator, user = "mira"): Promise<void> {
  const { url } = await browser.open(login);
  await browser.open((await emulator.approve(url, { user })).href);
}

export const login = "/auth/spotify/login?returnTo=/";
export const hourMs = 3_600_000;
export const dayMs: number = 24 * hourMs;
