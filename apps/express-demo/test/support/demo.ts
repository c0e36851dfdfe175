import type { EmulatorOptions } from "@refrain/emulator";
import { createBrowser, type Browser } from "demo-kit/browser";
import { onTestFinished } from "vitest";
import { startDemo, type Demo, type DemoOptions } from "../../src/start-demo.js";

/** A demo on a random port before a local Spotify, until the test ends. */
export interface TestDemo extends Demo {
  readonly emulator: NonNullable<Demo["emulator"]>;
  readonly browser: Browser;
  /** How often the token endpoint was asked to refresh. */
  refreshes(): number;
}

export async function testDemo(
  emulate: EmulatorOptions = { autoConsent: "mira" },
  options: Omit<Partial<DemoOptions>, "ports" | "spotify"> = {},
): Promise<TestDemo> {
  const demo = await startDemo({ ports: [0], spotify: { emulate }, log: () => {}, ...options });
  onTestFinished(() => demo.close());
  const { emulator } = demo;
  if (emulator === undefined) throw new Error("A local Spotify was asked for.");
  return { ...demo, emulator, browser: createBrowser(demo.origin), refreshes: () => emulator.tokenCalls({ grantType: "refresh_token" }) };
}

/** Signs a browser without a window in where the local Spotify wants to be clicked at. */
export async function signInUnseen(browser: Browser, emulator: TestDemo["emulator"], user = "mira"): Promise<void> {
  const { url } = await browser.open(login);
  await browser.open((await emulator.approve(url, { user })).href);
}

/** The forms of the account page that end another browser's session. */
export function endings(page: string): readonly string[] {
  return [...page.matchAll(/action="(\/account\/sessions\/[^"/]+\/end)"/g)].map(([, action = ""]) => action);
}

export const login = "/auth/spotify/login?returnTo=/";
/** What the live page's script calls. */
export const apiCall = "/auth/spotify/api/v1/me/player/currently-playing";
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
