import type { EmulatorOptions } from "@refrain/emulator";
import type { Browser } from "demo-kit/browser";
import { accompany } from "demo-kit/test-demo";
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
  const demo = accompany(await startDemo({ ports: [0], emulate, log: (line) => said.push(line) }));
  const { log } = demo.emulator;
  return {
    ...demo,
    said,
    playlists: () => log.filter(({ method, path, status }) => method === "POST" && path === "/v1/me/playlists" && status === 201).length,
  };
}

/** What Next's router sends when it fetches the data of a page's components alone. */
export const visiting = { rsc: "1" };
