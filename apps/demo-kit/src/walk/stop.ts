import type { Emulator } from "@refrain/emulator";
import type { Answer, Browser } from "../browser.js";
import type { Demo } from "../start-demo.js";
import { expect } from "./surprise.js";

/** What most steps need of a demo. */
interface Walked extends Pick<Demo, "origin"> {
  readonly clock: Pick<Demo["clock"], "now" | "advance">;
}

/** What every step works with. */
export interface Stop<AnyDemo = Walked> {
  readonly demo: AnyDemo;
  readonly emulator: Emulator;
  readonly browser: Browser;
  /** Ends the outage that an earlier step began. */
  mend: () => void;
  /** The cookies of a session that an earlier step ended. */
  oldCookie: string;
}

export const hourMs = 3_600_000;

export async function signInAsMira(browser: Browser): Promise<void> {
  const { status, text } = await browser.open("/auth/spotify/login?returnTo=/");
  expect(status === 200 && text.includes("Signed in as Mira Sandoval"), `after signing in the page answered ${status} and does not know who is there`);
}

export function isMira({ status, text }: Answer): void {
  expect(status === 200, `an answer was ${status} instead of 200`);
  expect(text.includes("Mira Sandoval"), "an answer is not Mira's");
}

export function isNobody({ status }: Answer): void {
  expect(status === 401, `a session that is over was answered with ${status} instead of 401`);
}

export function refreshes(emulator: Emulator): number {
  return emulator.tokenCalls({ grantType: "refresh_token" });
}
