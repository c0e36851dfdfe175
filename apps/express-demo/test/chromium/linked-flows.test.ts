import { press, useChromium } from "demo-kit/chromium";
import { hourMs } from "demo-kit/test-demo";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { enterAs, linkSpotify } from "../support/linked-clicks.js";
import { testLinked } from "../support/linked.js";

const open = useChromium();

async function follow(page: Page, name: string): Promise<void> {
  const landed = page.waitForEvent("load");
  await page.getByRole("link", { name }).click();
  await landed;
}

describe.each([true, false])("with JavaScript %s", { timeout: 30_000 }, (javaScriptEnabled) => {
  test("sign up, link, use at expiry, look, unlink, sign out", async () => {
    const { origin, clock, refreshes } = await testLinked();
    const { page, complaints } = await open({ javaScriptEnabled });
    await page.goto(origin);
    await follow(page, "Sign up");
    await page.getByLabel("Name").fill("Ines Moreau");
    await page.getByLabel("Password").fill("long-enough");
    await press(page, "Sign up");
    await page.getByRole("heading", { name: "Signed in as Ines Moreau" }).waitFor();
    await linkSpotify(page, "Mira Sandoval");
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.getByRole("region", { name: "Your top tracks" }).getByRole("listitem").count()).toBe(5);
    clock.advance(hourMs);
    await page.reload();
    await page.getByText("Linked to Mira Sandoval").waitFor();
    expect(refreshes()).toBe(1);
    await press(page, "Look now");
    expect(await page.getByRole("region", { name: "While you are away" }).locator("dd").count()).toBe(1);
    await press(page, "Unlink");
    await page.getByRole("heading", { name: "disconnected from Spotify" }).waitFor();
    await follow(page, "Continue");
    await page.getByText("Spotify is not linked").waitFor();
    await press(page, "Sign out");
    await page.getByRole("heading", { name: "Sign in to this app" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Sign in to this app" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("two people at one browser: the link waits for its owner, and the account is not to be had twice", async () => {
    const { origin } = await testLinked();
    const { page, complaints } = await open({ javaScriptEnabled });
    await enterAs(page, origin, "Robin");
    await linkSpotify(page, "Mira Sandoval");
    await press(page, "Sign out");
    await enterAs(page, origin, "Kim");
    await page.getByText("Spotify is not linked").waitFor();
    // Spotify still knows this browser as Mira's, and asks nothing.
    await page.getByRole("link", { name: "Link Spotify" }).click();
    await page.getByRole("heading", { name: "belongs to someone else here" }).waitFor();
    await follow(page, "Back to your account");
    await page.getByText("Spotify is not linked").waitFor();
    await press(page, "Sign out");
    await enterAs(page, origin, "Robin");
    await page.getByText("Linked to Mira Sandoval").waitFor();
    expect(complaints).toEqual([]);
  });

  test("another account: asked first, kept on a no, replaced on a yes", async () => {
    const { origin } = await testLinked();
    const { page, complaints } = await open({ javaScriptEnabled });
    await enterAs(page, origin, "Robin");
    await linkSpotify(page, "Mira Sandoval");
    for (const answer of ["Keep the account that is linked", "Link this account instead"]) {
      await follow(page, "Link another account");
      const notMira = page.getByText("Not you?");
      if (await page.getByText("You are Mira Sandoval").isVisible()) {
        await notMira.click();
        await page.getByRole("button", { name: "Teo Lindqvist" }).click();
      }
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByRole("heading", { name: "not the Spotify account you linked" }).waitFor();
      await page.getByRole("link", { name: answer }).click();
      await page.getByText(`Linked to ${answer.startsWith("Keep") ? "Mira Sandoval" : "Teo Lindqvist"}`).waitFor();
    }
    expect(complaints).toEqual([]);
  });

  test("a page that needs Spotify leads through the app's sign-in and Spotify's, and back to itself", async () => {
    const { origin } = await testLinked();
    const { page } = await open({ javaScriptEnabled });
    await page.goto(`${origin}/me`);
    await page.getByLabel("Name").fill("Kim");
    await page.getByLabel("Password").fill("second-verse");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Teo Lindqvist" }).click();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.waitForURL(`${origin}/me`);
    expect(await page.textContent("body")).toContain("Teo Lindqvist");
  });
});

test("countdowns tick on a page without a trail", { timeout: 30_000 }, async () => {
  const { origin } = await testLinked();
  const { page, complaints } = await open();
  await enterAs(page, origin, "Robin");
  await linkSpotify(page, "Mira Sandoval");
  const left = page.getByRole("region", { name: "Connection" }).locator(".countdown span").first();
  const before = await left.textContent();
  await expect.poll(() => left.textContent(), { timeout: 3000 }).not.toBe(before);
  expect(complaints).toEqual([]);
});

test("the sign-in by keyboard alone", { timeout: 30_000 }, async () => {
  const { origin } = await testLinked();
  const { page } = await open();
  await page.goto(origin);
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id + " " + getComputedStyle(document.activeElement).outlineWidth');
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("name 2px");
  await page.keyboard.type("Robin");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("password 2px");
  await page.keyboard.type("chorus-twice");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Signed in as Robin" }).waitFor();
});
