import { press, signIn } from "demo-kit/chromium";
import { hourMs } from "demo-kit/test-demo";
import type { Page } from "playwright-core";
import type { NestDemo } from "./demo.js";

/** Brings a page into the state that is to be looked at: what this demo has otherwise than that of Express, whose pages it shares. */
type Scene = (page: Page, demo: NestDemo) => Promise<unknown>;

export const scenes: readonly (readonly [name: string, scene: Scene])[] = [
  ["signed out", (page, { origin }) => page.goto(origin)],
  [
    "signed in, with what the job heard",
    async (page, { origin }) => {
      await signIn(page, origin);
      await press(page, "Look now");
      await page.getByText("It has not looked yet.").waitFor({ state: "detached" });
    },
  ],
  [
    "the outage",
    async (page, { origin, emulator, clock }) => {
      await signIn(page, origin);
      emulator.fault({ on: "token", kind: "status", status: 503 });
      clock.advance(hourMs);
      await page.reload();
      await page.getByRole("heading", { name: "Spotify cannot be reached" }).waitFor();
    },
  ],
  [
    "playing live, signed out elsewhere",
    async (page, { origin, browser }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/live`);
      await page.getByText("It follows what you play").waitFor();
      browser.useCookie((await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; "));
      await browser.submit("/auth/spotify/logout");
      await page.getByRole("link", { name: "Sign in again" }).waitFor();
    },
  ],
];
