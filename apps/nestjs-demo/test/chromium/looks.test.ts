import { useChromium } from "demo-kit/chromium";
import { expectGoodLooks } from "demo-kit/looks";
import { describe, test } from "vitest";
import { testDemo } from "../support/demo.js";
import { scenes } from "../support/scenes.js";

const open = useChromium();

describe.each([
  ["light", "express"],
  ["dark", "fastify"],
] as const)("in %s on %s", { timeout: 60_000 }, (colorScheme, platform) => {
  test.each(scenes)("%s: axe finds nothing, controls are 44 px high, nothing scrolls sideways", async (_name, scene) => {
    const { page, complaints } = await open({ colorScheme });
    await scene(page, await testDemo(platform, {}));
    await expectGoodLooks(page, complaints);
  });
});
