import { allow, press, signIn, useChromium } from "demo-kit/chromium";
import { expectGoodLooks } from "demo-kit/looks";
import { dayMs, hourMs, signInUnseen, type TestDemo } from "demo-kit/test-demo";
import type { Page } from "playwright-core";
import { test } from "vitest";
import { testDemo } from "../support/demo.js";

const open = useChromium();

type Scene = (page: Page, demo: TestDemo) => Promise<unknown>;

const scenes: readonly (readonly [name: string, scene: Scene])[] = [
  ["signed out", (page, { origin }) => page.goto(origin)],
  ["signed in", (page, { origin }) => signIn(page, origin)],
  ["nothing playing", (page, { origin }) => signIn(page, origin, "Anouk Okafor")],
  [
    "sections that failed",
    async (page, { origin, emulator }) => {
      emulator.fault({ on: "api", kind: "status", status: 502, path: "/v1/me/top/*" });
      emulator.fault({ on: "api", kind: "permissions-missing", path: "/v1/me/player/currently-playing" });
      await signIn(page, origin);
    },
  ],
  [
    "a trail, unfolded",
    async (page, { origin }) => {
      await signIn(page, origin);
      for (const button of ["Let it expire", "Break the token endpoint", "Let it age"]) await press(page, button);
      await page.reload();
      for (const summary of (await page.locator("summary").all()).slice(0, 3)) await summary.click();
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
    "the account, with another browser, near the end of the consent",
    async (page, { origin, browser, clock, emulator }) => {
      await signIn(page, origin);
      await signInUnseen(browser, emulator);
      clock.advance(165 * dayMs);
      await page.goto(`${origin}/account`);
      await page.getByRole("link", { name: "Renew now" }).waitFor();
      await page.getByRole("button", { name: "End the session" }).waitFor();
    },
  ],
  [
    "what was played recently",
    async (page, { origin }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/recent`);
      await allow(page);
      await page.getByRole("heading", { name: "What you played recently" }).waitFor();
    },
  ],
  [
    "a permission that was denied",
    async (page, { origin }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/recent`);
      await page.getByRole("button", { name: "Deny" }).click();
      await page.getByRole("heading", { name: "You did not allow the sign-in" }).waitFor();
    },
  ],
  [
    "playing live",
    async (page, { origin }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/live`);
      await page.getByText("It follows what you play").waitFor();
    },
  ],
  [
    "playing live, nothing",
    async (page, { origin }) => {
      await signIn(page, origin, "Anouk Okafor");
      await page.goto(`${origin}/live`);
      await page.getByText("Nothing is playing").waitFor();
    },
  ],
  [
    "playing live, signed out elsewhere",
    async (page, { origin }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/live`);
      await page.context().clearCookies();
      await page.getByRole("link", { name: "Sign in again" }).waitFor();
    },
  ],
  [
    "a permission taken back",
    async (page, { origin }) => {
      await signIn(page, origin);
      await press(page, "Take a permission back");
      await page.getByRole("link", { name: "Allow it again" }).waitFor();
    },
  ],
  [
    "disconnected",
    async (page, { origin }) => {
      await signIn(page, origin);
      await page.goto(`${origin}/account`);
      await press(page, "Disconnect Spotify");
    },
  ],
  ["no such page", (page, { origin }) => page.goto(`${origin}/nothing-here`)],
  ["a sign-in that failed", (page, { origin }) => page.goto(`${origin}/auth/spotify/callback?error=access_denied&state=x`)],
];

test.each(scenes)("%s: axe finds nothing, controls are 44 px high, nothing scrolls sideways", { timeout: 60_000 }, async (_name, scene) => {
  const { page, complaints } = await open();
  await scene(page, await testDemo({}));
  await expectGoodLooks(page, complaints);
});
