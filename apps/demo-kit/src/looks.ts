import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/**
 * What every page must be: nothing for axe to find, light or dark, controls to hit with a thumb, nothing that scrolls sideways, no complaint of the browser.
 *
 * @param expected Complaints that are meant to come.
 */
export async function expectGoodLooks(page: Page, complaints: readonly string[], expected?: RegExp): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations, passes } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }>("axe.run()");
    expect(violations.map(({ id, nodes }) => `${colorScheme}, ${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(5);
  }

  const heights = await page.evaluate<number[]>(
    '[...document.querySelectorAll("button, .button, input:not([type=hidden]), nav a")].map((control) => control.getBoundingClientRect().height)',
  );
  expect(heights.length).toBeGreaterThan(0);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  expect(await page.locator("h1").count()).toBe(1);

  for (const width of [640, 360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  }
  expect(complaints.filter((complaint) => expected?.test(complaint) !== true)).toEqual([]);
}
