import { allow, press, signIn, useChromium } from "demo-kit/chromium";
import { dayMs } from "demo-kit/test-demo";
import { expect, test } from "vitest";
import { testDemo } from "../support/demo.js";

const open = useChromium();

test.each([
  ["express", false],
  ["fastify", true],
] as const)("on %s a walk through the pages by clicks, with JavaScript %s", { timeout: 60_000 }, async (platform, javaScriptEnabled) => {
  const { origin, clock, emulator, refreshes } = await testDemo(platform, {});
  const [{ page, complaints }, { page: other }] = [await open({ javaScriptEnabled }), await open({ javaScriptEnabled })];
  const place = (name: string): Promise<void> => page.getByRole("navigation").getByRole("link", { name }).click();
  const home = page.getByRole("heading", { name: "Signed in as Mira Sandoval" });

  // Nobody is led to the public page, and after signing in back to the page that was asked for.
  await page.goto(`${origin}/account`);
  await page.getByRole("link", { name: "Sign in with Spotify" }).click();
  await page.getByRole("button", { name: "Mira Sandoval" }).click();
  await allow(page);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  expect(page.url()).toBe(`${origin}/account`);
  await place("Home");
  expect(await page.getByRole("region", { name: "Your top tracks" }).getByRole("listitem").count()).toBe(5);

  await press(page, "Look now");
  await page.getByRole("region", { name: "While you are away" }).getByRole("definition").waitFor();
  await press(page, "Let it expire");
  await page.getByText("A new access token is stored.").waitFor();
  expect(refreshes()).toBe(1);

  // One permission more: no, then yes.
  await page.getByRole("link", { name: "What you played recently" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await page.getByRole("heading", { name: "You did not allow the sign-in" }).waitFor();
  await page.getByRole("link", { name: "Start again" }).click();
  await allow(page);
  await page.getByRole("heading", { name: "What you played recently" }).waitFor();

  await signIn(other, origin);
  await place("Account");
  await press(page, "End the session");
  await page.getByText("You are signed in nowhere else.").waitFor();
  await other.reload();
  await other.getByRole("link", { name: "Sign in with Spotify" }).waitFor();

  await place("Home");
  const before = emulator.authorizations.length;
  await press(page, "Five days before the consent ends");
  await page.getByText("Spotify: bounced").first().waitFor();
  expect(emulator.authorizations.slice(before)).toMatchObject([{ silent: true }]);
  await press(page, "Let six months pass");
  await page.getByText("Consent needed").waitFor();

  await press(page, "Break the token endpoint");
  await press(page, "Let it expire");
  await page.getByRole("heading", { name: "Spotify cannot be reached right now" }).waitFor();
  await press(page, "Mend the token endpoint");
  clock.advance(60_000);
  await page.goto(origin);
  await home.waitFor();

  await place("Account");
  await press(page, "Disconnect Spotify");
  await page.getByRole("heading", { name: "This app is disconnected from Spotify" }).waitFor();
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
  expect(complaints).toEqual([]);
});

test("the trail grows and the connection is renewed without a reload; after six months the next page is the same page", { timeout: 30_000 }, async () => {
  const { origin, clock, browser, emulator } = await testDemo("fastify", {});
  const { page, complaints } = await open();
  await signIn(page, origin);
  await page.evaluate('window.stayed = true; document.querySelector("button").focus()');
  browser.useCookie((await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; "));
  clock.advance(60 * 60_000);
  await browser.call("/me");
  await page.getByRole("list", { name: "What happened" }).getByText("A new access token is stored.").waitFor();
  await expect.poll(() => page.getByRole("region", { name: "Connection" }).textContent()).toMatch(/59 min \d|60 min 0/);
  expect(await page.evaluate("window.stayed && document.activeElement.tagName")).toBe("BUTTON");

  clock.advance(185 * dayMs);
  emulator.revoke("mira");
  await page.goto(`${origin}/live`);
  await allow(page);
  await page.getByRole("heading", { name: "Playing live" }).waitFor();
  expect(page.url()).toBe(`${origin}/live`);
  expect(complaints).toEqual([]);
});

test("the whole sign-in by keyboard alone", { timeout: 30_000 }, async () => {
  const { origin } = await testDemo("fastify", {});
  const { page } = await open();
  await page.goto(origin);
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.textContent.trim() + " " + getComputedStyle(document.activeElement).outlineWidth');
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Refrain demo 2px");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Sign in with Spotify 2px");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Allow", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
  for (let stops = 0; (await focused()) !== "Look now 2px"; stops++) {
    expect(stops).toBeLessThan(20);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByText("It has not looked yet.").waitFor({ state: "detached" });
});
