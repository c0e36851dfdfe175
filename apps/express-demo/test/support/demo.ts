import type { EmulatorOptions } from "@refrain/emulator";
import type { DemoOptions } from "demo-kit/start-demo";
import { startTestDemo, type TestDemo } from "demo-kit/test-demo";
import { loginMode } from "../../src/mode.js";

/** A demo on a random port before a local Spotify, until the test ends. */
export function testDemo(
  emulate: EmulatorOptions = { autoConsent: "mira" },
  { mode = loginMode, ...options }: Omit<Partial<DemoOptions>, "ports" | "spotify"> = {},
): Promise<TestDemo> {
  return startTestDemo(mode, emulate, options);
}

/** What the live page's script calls. */
export const apiCall = "/auth/spotify/api/v1/me/player/currently-playing";
