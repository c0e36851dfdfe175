import type { EmulatorOptions } from "@refrain/emulator";
import { createBrowser, type Browser } from "demo-kit/browser";
import { onTestFinished } from "vitest";
import { startDemo, type Demo } from "../../starter/start-demo.js";

/** The app in its own process before a local Spotify, until the test ends. */
export interface TestDemo extends Demo {
  readonly browser: Browser;
  /** What the app wrote for the operator. */
  readonly said: readonly string[];
  /** How often the token endpoint was asked to refresh. */
  refreshes(): number;
  /** How many playlists were created. */
  playlists(): number;
}

export async function testDemo(emulate: EmulatorOptions = { autoConsent: "mira" }): Promise<TestDemo> {
  const said: string[] = [];
  const demo = await startDemo({ ports: [0], emulate, log: (line) => said.push(line) });
  // Next lets its open connections end first.
  onTestFinished(() => demo.close(), 60_000);
  const { emulator, origin } = demo;
  return {
    ...demo,
    browser: createBrowser(origin),
    said,
    refreshes: () => emulator.tokenCalls({ grantType: "refresh_token" }),
    playlists: () => emulator.log.filter(({ method, path, status }) => method === "POST" && path === "/v1/me/playlists" && status === 201).length,
  };
}

export const login = "/auth/spotify/login?returnTo=/";
export const hourMs = 3_600_000;
/** What Next's router sends when it fetches the data of a page's components alone. */
export const visiting = { rsc: "1" };
