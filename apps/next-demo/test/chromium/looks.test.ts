import { signIn, useChromium } from "demo-kit/chromium";
import { expectGoodLooks } from "demo-kit/looks";
import { expect, test } from "vitest";
import { testDemo } from "../support/demo.js";
import { scenes } from "../support/scenes.js";

const open = useChromium();

test.each(scenes)("%s: axe finds nothing, controls are 44 px high, nothing scrolls sideways", { timeout: 60_000 }, async (_name, scene) => {
  const { page, complaints } = await open();
  const demo = await testDemo({});
  await scene(page, demo, () => signIn(page, demo.origin));
  expect(await page.title()).toMatch(/^.{3,} - Refrain demo$/);
  // React logs what error.tsx shows: that the server could not render it, and nothing more.
  await expectGoodLooks(page, complaints, /React error #441/);
});
