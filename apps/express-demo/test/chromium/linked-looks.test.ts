import { press, useChromium } from "demo-kit/chromium";
import { expectGoodLooks } from "demo-kit/looks";
import { hourMs } from "demo-kit/test-demo";
import type { Page } from "playwright-core";
import { test } from "vitest";
import { enterAs, linkSpotify } from "../support/linked-clicks.js";
import { testLinked, type LinkedDemo } from "../support/linked.js";

const open = useChromium();

type Scene = (page: Page, demo: LinkedDemo) => Promise<unknown>;

const scenes: readonly (readonly [name: string, scene: Scene])[] = [
  ["signing in", (page, { origin }) => page.goto(origin)],
  [
    "a sign-in that failed",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin", "wrong-password");
      await page.getByRole("alert").waitFor();
    },
  ],
  ["signing up", (page, { origin }) => page.goto(`${origin}/sign-up`)],
  [
    "nothing linked",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin");
      await page.getByText("Spotify is not linked").waitFor();
    },
  ],
  [
    "linked, and looked at",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin");
      await linkSpotify(page, "Mira Sandoval");
      await press(page, "Look now");
    },
  ],
  [
    "linked, and nothing plays",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin");
      await linkSpotify(page, "Anouk Okafor");
    },
  ],
  [
    "a consent that is over",
    async (page, { origin, emulator, clock }) => {
      await enterAs(page, origin, "Robin");
      await linkSpotify(page, "Mira Sandoval");
      emulator.revoke("mira");
      clock.advance(hourMs);
      await page.reload();
      await page.getByText("Spotify asks for your consent again").waitFor();
    },
  ],
  [
    "an account that is another user's",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin");
      await linkSpotify(page, "Mira Sandoval");
      await press(page, "Sign out");
      await enterAs(page, origin, "Kim");
      await page.getByRole("link", { name: "Link Spotify" }).click();
      await page.getByRole("heading", { name: "belongs to someone else here" }).waitFor();
    },
  ],
  [
    "another account in place of the linked one",
    async (page, demo) => {
      await enterAs(page, demo.origin, "Robin");
      await linkSpotify(page, "Mira Sandoval");
      await page.getByRole("link", { name: "Link another account" }).click();
      await page.getByText("Not you?").click();
      await page.getByRole("button", { name: "Teo Lindqvist" }).click();
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByRole("heading", { name: "not the Spotify account you linked" }).waitFor();
    },
  ],
  [
    "unlinked",
    async (page, { origin }) => {
      await enterAs(page, origin, "Robin");
      await linkSpotify(page, "Mira Sandoval");
      await press(page, "Unlink");
      await page.getByRole("heading", { name: "disconnected from Spotify" }).waitFor();
    },
  ],
];

test.each(scenes)("%s: axe finds nothing, controls are 44 px high, nothing scrolls sideways", { timeout: 60_000 }, async (_name, scene) => {
  const { page, complaints } = await open();
  await scene(page, await testLinked());
  await expectGoodLooks(page, complaints);
});
