import { allow, signIn, useChromium } from "demo-kit/chromium";
import { hourMs } from "demo-kit/test-demo";
import { leaks, watchSecrets } from "demo-kit/watch-secrets";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { NowPlayingGateway } from "../../src/live/now-playing-gateway.js";
import { testDemo, type NestDemo } from "../support/demo.js";

const open = useChromium();
const path = "/v1/me/player/currently-playing";

test("it follows what plays without a reload, through an outage and a socket that breaks; names are text, never markup", { timeout: 30_000 }, async () => {
  const { page, demo, complaints } = await watching();
  const title = page.locator("#title");
  const first = await title.textContent();
  await page.evaluate('window.stayed = true; document.querySelector("header a").focus()');
  demo.clock.advance(5 * 60_000);
  await expect.poll(() => title.textContent(), { timeout: 5000 }).not.toBe(first);
  expect(await page.evaluate("window.stayed && document.activeElement.tagName")).toBe("A");

  const mend = demo.emulator.fault({ on: "api", path, kind: "status", status: 503 });
  const trying = page.getByText("Spotify cannot be reached, trying again. You are still signed in.");
  await trying.waitFor();
  mend();
  await followed(page);
  for (const socket of sockets(demo)) socket.terminate();
  await trying.waitFor();

  const item = { name: "<b>bold</b>", artists: [{ name: "<img src=x>" }], duration_ms: 1000 };
  demo.emulator.fault({ on: "api", path, kind: "body", body: JSON.stringify({ item, is_playing: true }) });
  await page.getByText("<b>bold</b>").waitFor();
  expect(await page.locator("#song b, #song img").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("signed out elsewhere: it says so, shows nothing more, asks nothing more, and leads back here", { timeout: 30_000 }, async () => {
  const { page, demo } = await watching();
  demo.browser.useCookie((await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; "));
  await demo.browser.submit("/auth/spotify/logout");
  await page.getByText("You have signed out, here or in another browser.").waitFor();
  expect(await page.locator("#song").isVisible()).toBe(false);
  await expect.poll(() => sockets(demo).length).toBe(0);
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.getByRole("link", { name: "Sign in with Spotify" }).click();
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

test("no token in anything the browser sends, gets, shows or keeps, frames of sockets among it", { timeout: 30_000 }, async () => {
  const secrets = watchSecrets();
  const demo = await testDemo("fastify", {});
  const { page } = await open();
  const seen: string[] = [];
  page.on("request", (request) => {
    // The code comes in the callback's address, as OAuth has it, and is spent when the next page comes.
    if (!request.url().startsWith(`${demo.origin}/auth/spotify/callback?`)) seen.push(request.url());
    seen.push(JSON.stringify(request.headers()), request.postData() ?? "");
  });
  page.on("response", (response) => {
    if (!response.url().startsWith(demo.origin)) return;
    void response.text().then(
      (text) => seen.push(JSON.stringify(response.headers()), text),
      () => {},
    );
  });
  let frames = 0;
  page.on("websocket", (socket) => {
    const note = ({ payload }: { readonly payload: string | Buffer }): void => void (frames++, seen.push(String(payload)));
    socket.on("framesent", note).on("framereceived", note);
  });
  await signIn(page, demo.origin);
  for (const place of ["/account", "/live"]) await page.goto(demo.origin + place);
  await followed(page);
  demo.clock.advance(hourMs);
  await expect.poll(() => demo.refreshes(), { timeout: 10_000 }).toBe(1);
  const before = frames;
  await expect.poll(() => frames, { timeout: 10_000 }).toBeGreaterThan(before);
  seen.push(
    await page.content(),
    await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])"),
  );
  expect(await page.evaluate("document.cookie")).toBe("");
  expect(seen.join("\n")).toContain("is_playing");
  expect(secrets.size).toBeGreaterThanOrEqual(6);
  expect(leaks(secrets, seen.join("\n"))).toEqual([]);
});

/** Someone who is signed in and looks at what plays. */
async function watching(): Promise<{ page: Page; demo: NestDemo; complaints: readonly string[] }> {
  const demo = await testDemo("express", {});
  const { page, complaints } = await open();
  await signIn(page, demo.origin);
  await page.getByRole("link", { name: "Live" }).click();
  await followed(page);
  return { page, demo, complaints };
}

function sockets({ app }: NestDemo): readonly WebSocket[] {
  return [...app.get(NowPlayingGateway).server.clients];
}

async function followed(page: Page): Promise<void> {
  await page.getByText("It follows what you play.").waitFor();
}
