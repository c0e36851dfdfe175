import { press, signIn, useChromium } from "demo-kit/chromium";
import { hourMs } from "demo-kit/test-demo";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { testDemo } from "../support/demo.js";

const open = useChromium();

describe.each([true, false])("with JavaScript %s", { timeout: 30_000 }, (javaScriptEnabled) => {
  test("signing in by clicks, seeing oneself, signing out", async () => {
    const { origin, emulator } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.getByRole("region", { name: "Your top tracks" }).getByRole("listitem").count()).toBe(5);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    expect(emulator.tokenCalls()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("reloading at expiry: one refresh, the same page, still signed in", async () => {
    const { origin, clock, refreshes } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    clock.advance(hourMs);
    await page.reload();
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(refreshes()).toBe(1);
  });

  test("the buttons: expire, break, the outage page, mend, back again", async () => {
    const { origin, clock, refreshes } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await press(page, "Let it expire");
    await page.getByText("A new access token is stored.").waitFor();
    expect(refreshes()).toBe(1);
    await press(page, "Break the token endpoint");
    await press(page, "Let it expire");
    await page.getByRole("heading", { name: "Spotify cannot be reached right now" }).waitFor();
    expect(await page.getByText("You are still signed in").count()).toBe(1);
    await press(page, "Mend the token endpoint");
    clock.advance(60_000);
    await page.goto(origin);
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("saying no leads to a page that helps, and starting again works", async () => {
    const { origin } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await page.goto(origin);
    await page.getByRole("link", { name: "Sign in with Spotify" }).click();
    await page.getByRole("button", { name: "Teo Lindqvist" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "You did not allow the sign-in" }).waitFor();
    await page.getByRole("link", { name: "Start again" }).click();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("heading", { name: "Signed in as Teo Lindqvist" }).waitFor();
  });

  test("consent withdrawn: the next page passes through Spotify and ends where it began", async () => {
    const { origin, clock, emulator } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    emulator.revoke("mira");
    clock.advance(hourMs);
    await press(page, "Let it expire");
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(page.url()).toBe(`${origin}/`);
  });
});

test("the trail grows and the connection is renewed without a reload", { timeout: 30_000 }, async () => {
  const { origin, clock, browser } = await testDemo({});
  const { page, complaints } = await open();
  await signIn(page, origin);
  const trail = page.getByRole("list", { name: "What happened" });
  const before = await trail.getByRole("listitem").count();
  browser.useCookie((await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; "));
  await page.evaluate('window.stayed = true; document.querySelector("button").focus()');
  clock.advance(hourMs);
  await browser.call("/me");
  await trail.getByText("A new access token is stored.").waitFor();
  await expect.poll(() => page.getByRole("region", { name: "Connection" }).textContent()).toMatch(/59 min \d|60 min 0/);
  expect(await trail.getByRole("listitem").count()).toBeGreaterThan(before);
  expect(await page.evaluate("window.stayed && document.activeElement.tagName")).toBe("BUTTON");
  expect(complaints).toEqual([]);
});

test("countdowns tick", { timeout: 30_000 }, async () => {
  const { origin } = await testDemo({});
  const { page } = await open();
  await signIn(page, origin);
  const left = page.getByRole("region", { name: "Connection" }).locator(".countdown span").first();
  const before = await left.textContent();
  await expect.poll(() => left.textContent(), { timeout: 3000 }).not.toBe(before);
});

test("the whole sign-in by keyboard alone", { timeout: 30_000 }, async () => {
  const { origin } = await testDemo({});
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
});

test("a page that prefetches or prerenders the sign-in starts none", { timeout: 30_000 }, async () => {
  const { origin, emulator } = await testDemo({});
  const target = `${origin}/auth/spotify/login`;
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>x</title><link rel="prefetch" href="${target}"><img src="${target}" alt=""><iframe src="${target}"></iframe>
      <script type="speculationrules">{"prefetch":[{"urls":["${target}"],"eagerness":"immediate"}],"prerender":[{"urls":["${target}"],"eagerness":"immediate"}]}</script>`);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  const { page } = await open();
  const answers: number[] = [];
  page.context().on("response", (response) => {
    if (response.url() === target) answers.push(response.status());
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: "networkidle" });
  await expect.poll(() => answers.length).toBeGreaterThanOrEqual(2);
  expect(new Set(answers)).toEqual(new Set([401]));
  expect(await page.context().cookies()).toEqual([]);
  expect(emulator.log.filter(({ endpoint }) => endpoint === "authorize")).toEqual([]);
});
