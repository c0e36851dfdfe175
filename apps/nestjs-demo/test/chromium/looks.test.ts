import { useChromium } from "demo-kit/chromium";
import { expectGoodLooks } from "demo-kit/looks";
import { describe, test } from "vitest";
import { testDemo } from "../support/demo.js";
import { scenes } from "../support/scenes.js";

const open = useChromium();

describe.each(["express", "fastify"] as const)("on %s", { timeout: 60_000 }, (platform) => {
  test.each(scenes)("%s: axe finds nothing, controls are 44 px high, nothing scrolls sideways", async (_name, scene) => {
    const { page, complaints } = await open();
    await scene(page, await testDemo(platform, {}));
    await expectGoodLooks(page, complaints);
  });
});
