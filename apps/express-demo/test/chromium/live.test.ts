import { allow, signIn, useChromium } from "demo-kit/chromium";
import { type TestDemo } from "demo-kit/test-demo";
import { leaks, watchSecrets } from "demo-kit/watch-secrets";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { apiCall, testDemo } from "../support/demo.js";

const open = useChromium();
const minuteMs = 60_000;

test("it follows what plays without a reload", { timeout: 30_000 }, async () => {
  const { page, demo, complaints } = await watching();
  const title = page.locator("#title");
  const first = await title.textContent();
  await page.evaluate('window.stayed = true; document.querySelector("header a").focus()');
  demo.clock.advance(5 * minuteMs);
  await expect.poll(() => title.textContent(), { timeout: 5000 }).not.toBe(first);
  expect(await page.evaluate("window.stayed && document.activeElement.tagName")).toBe("A");
  expect(await title.locator("xpath=ancestor::*[@aria-live='polite']").count()).toBe(1);
  expect(complaints).toEqual([]);
});

test("without JavaScript it is what played then, with a way to look again", { timeout: 30_000 }, async () => {
  const demo = await testDemo({});
  const { page } = await open({ javaScriptEnabled: false });
  await signIn(page, demo.origin);
  await page.goto(`${demo.origin}/live`);
  const first = await page.locator("#title").textContent();
  expect(first).not.toBe("");
  demo.clock.advance(5 * minuteMs);
  await page.getByRole("link", { name: "Reload" }).click();
  await expect.poll(() => page.locator("#title").textContent()).not.toBe(first);
});

test.each([
  [503, "Spotify cannot be reached, trying again."],
  [429, "Spotify asks this app to slow down, trying again soon."],
])("an outage (%i) is told, waited out for as long as Retry-After says, and over by itself", { timeout: 30_000 }, async (status, words) => {
  const { page, demo, calls, complaints } = await watching();
  await page.clock.pauseAt(Date.now() + minuteMs);
  await followed(page);
  const mend = demo.emulator.fault({ on: "api", path: "/v1/me/player/currently-playing", kind: "status", status, headers: { "retry-after": "9" } });
  await page.clock.runFor(2000);
  await page.getByText(words).waitFor();
  mend();
  const before = calls();
  await page.clock.runFor(8500);
  expect(calls()).toBe(before);
  await page.clock.runFor(1000);
  await followed(page);
  expect(calls()).toBe(before + 1);
  expect(complaints).toEqual([]);
});

test("an app that does not answer at all is an outage too", { timeout: 30_000 }, async () => {
  const { page } = await watching();
  await page.context().setOffline(true);
  await page.getByText("Spotify cannot be reached, trying again.").waitFor();
  await page.context().setOffline(false);
  await followed(page);
});

test("names from Spotify are text, never markup", { timeout: 30_000 }, async () => {
  const { page, demo, complaints } = await watching();
  const item = { name: "<b>bold</b>", artists: [{ name: "<img src=x>" }], duration_ms: 1000 };
  demo.emulator.fault({ on: "api", path: "/v1/me/player/currently-playing", kind: "body", body: JSON.stringify({ item, is_playing: true }) });
  await page.getByText("<b>bold</b>").waitFor();
  await page.getByText("<img src=x>").waitFor();
  expect(await page.locator("#song b, #song img").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("signed out elsewhere: it says so, shows nothing more, asks nothing more, and leads back here", { timeout: 30_000 }, async () => {
  const { page, demo, calls } = await watching();
  demo.browser.useCookie((await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; "));
  await demo.browser.submit("/auth/spotify/logout");
  await page.getByText("You have signed out, here or in another browser.").waitFor();
  expect(await page.locator("#song").isVisible()).toBe(false);
  const before = calls();
  await page.clock.runFor(minuteMs);
  expect(calls()).toBe(before);
  await page.getByRole("link", { name: "Sign in again" }).click();
  await followed(page);
  expect(page.url()).toBe(`${demo.origin}/live`);
});

test("the permission taken back: it says so, and giving it again leads back here", { timeout: 30_000 }, async () => {
  const { page, demo } = await watching();
  demo.emulator.withdrawScopes("mira", ["user-read-currently-playing"]);
  await page.getByText("Spotify no longer lets this app see what plays.").waitFor();
  await page.getByRole("link", { name: "Allow it again" }).click();
  await page.getByRole("link", { name: "Continue to Spotify" }).click();
  await allow(page);
  await followed(page);
  expect(page.url()).toBe(`${demo.origin}/live`);
});

test("no token in anything the browser sends, gets, shows or keeps", { timeout: 30_000 }, async () => {
  const secrets = watchSecrets();
  const demo = await testDemo({});
  const { page } = await open();
  const seen: string[] = [];
  let answers = 0;
  page.on("request", (request) => {
    // The code comes in the callback's address, as OAuth has it, and is spent when the next page comes.
    if (!request.url().startsWith(`${demo.origin}/auth/spotify/callback?`)) seen.push(request.url());
    seen.push(JSON.stringify(request.headers()), request.postData() ?? "");
  });
  page.on("response", (response) => {
    if (!response.url().startsWith(demo.origin)) return;
    void response.text().then(
      (text) => (seen.push(JSON.stringify(response.headers()), text), response.url().endsWith(apiCall) && answers++),
      () => {},
    );
  });
  await signIn(page, demo.origin);
  for (const path of ["/account", "/live"]) await page.goto(demo.origin + path);
  await followed(page);
  demo.clock.advance(60 * minuteMs);
  await expect.poll(() => demo.refreshes(), { timeout: 10_000 }).toBe(1);
  const before = answers;
  await expect.poll(() => answers, { timeout: 10_000 }).toBeGreaterThan(before);
  seen.push(
    await page.content(),
    await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])"),
  );
  expect(await page.evaluate("document.cookie")).toBe("");
  expect(await page.evaluate("indexedDB.databases().then(({ length }) => length)")).toBe(0);

  expect(seen.join("\n")).toContain("is_playing");
  expect(secrets.size).toBeGreaterThanOrEqual(6);
  expect(leaks(secrets, seen.join("\n"))).toEqual([]);
});

/** Someone who is signed in and looks at what plays. */
async function watching(): Promise<{ page: Page; demo: TestDemo; calls: () => number; complaints: readonly string[] }> {
  const demo = await testDemo({});
  const { page, complaints } = await open();
  let count = 0;
  page.on("request", (request) => (count += request.url().endsWith(apiCall) ? 1 : 0));
  await page.clock.install();
  await signIn(page, demo.origin);
  await page.getByRole("link", { name: "Live" }).click();
  await followed(page);
  return { page, demo, calls: () => count, complaints };
}

async function followed(page: Page): Promise<void> {
  await page.getByText("It follows what you play.").waitFor();
}
