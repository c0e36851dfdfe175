import { openWithoutCookies, signIn, useChromium } from "demo-kit/chromium";
import { hourMs } from "demo-kit/test-demo";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { testDemo } from "../support/demo.js";

const open = useChromium();

describe.each([true, false])("with JavaScript %s", { timeout: 60_000 }, (javaScriptEnabled) => {
  test("signing in by clicks, seeing oneself, signing out; the back button shows nothing of it", async () => {
    const { origin, emulator } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.getByRole("region", { name: "Your top tracks" }).getByRole("listitem").count()).toBe(5);
    await page.goto(`${origin}/live`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
    await page.goBack();
    await page.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    expect(emulator.tokenCalls()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("reloading at expiry: one refresh, the same page, still signed in", async () => {
    const { origin, advance, refreshes } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    advance(hourMs);
    await page.reload();
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(refreshes()).toBe(1);
  });

  test("a protected page asks first and is there afterwards", async () => {
    const { origin } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await page.goto(`${origin}/top`);
    await consent(page);
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
    expect(page.url()).toBe(`${origin}/top`);
    await page.getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
  });

  test("the action asks for one permission more, comes back with the name, creates one playlist, and the back button creates none", async () => {
    const { origin, emulator, playlists } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await page.getByRole("link", { name: "New playlist" }).click();
    await page.getByLabel("Name").fill("Walking songs");
    await page.getByRole("button", { name: "Create the playlist" }).click();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByText("You have allowed this app").waitFor();
    expect(emulator.authorizations.at(-1)?.asked).toContain("playlist-modify-private");
    expect(await page.getByLabel("Name").inputValue()).toBe("Walking songs");
    expect(playlists()).toBe(0);
    await page.getByRole("button", { name: "Create the playlist" }).click();
    await page.getByRole("heading", { name: "The playlist is created" }).waitFor();
    expect(playlists()).toBe(1);
    await page.reload();
    await page.getByRole("heading", { name: "The playlist is created" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Create the playlist" }).waitFor();
    expect(playlists()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("saying no to the permission leaves everything as it was", async () => {
    const { origin, playlists } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await page.goto(`${origin}/playlist`);
    await page.getByLabel("Name").fill("Walking songs");
    await page.getByRole("button", { name: "Create the playlist" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByText("You are still signed in").waitFor();
    await page.goto(origin);
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(playlists()).toBe(0);
  });

  test("the outage has a page, and the way on is its button", async () => {
    const { origin, advance, emulator } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    const mend = emulator.fault({ on: "token", kind: "status", status: 503 });
    advance(hourMs);
    await page.goto(`${origin}/top`);
    await page.getByRole("heading", { name: "Spotify cannot be reached right now" }).waitFor();
    expect(await page.getByText("You are still signed in").count()).toBe(1);
    mend();
    advance(60_000);
    await page.getByRole("link", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("visits within the app", { timeout: 60_000 }, () => {
  test("go from page to page without a new document, over an expiry", async () => {
    const { origin, advance, refreshes } = await testDemo({});
    const { page, complaints } = await open();
    await signIn(page, origin);
    await page.evaluate("window.stayed = true");
    advance(hourMs);
    await page.getByRole("link", { name: "Top tracks" }).click();
    await page.getByRole("heading", { level: 1, name: "Your top tracks" }).waitFor();
    expect(await page.title()).toBe("Top tracks - Refrain demo");
    await page.getByRole("link", { name: "Live" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Your top tracks" }).waitFor();
    expect(await page.evaluate("window.stayed")).toBe(true);
    expect(refreshes()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("to a protected page, by nobody: through Spotify and there, with one consent", async () => {
    const { origin, emulator } = await testDemo({});
    const { page } = await open();
    await page.goto(origin, { waitUntil: "networkidle" });
    // What the router loaded ahead has begun no sign-in.
    expect(await page.context().cookies()).toEqual([]);
    expect(emulator.log).toHaveLength(0);
    await page.getByRole("link", { name: "Top tracks" }).click();
    await consent(page);
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
    expect(page.url()).toBe(`${origin}/top`);
    expect(emulator.authorizations).toHaveLength(1);
  });

  test("into an outage: a page that says so, and a button that goes on when it is over", async () => {
    const { origin, advance, emulator, said } = await testDemo({});
    const { page } = await open();
    await signIn(page, origin);
    const mend = emulator.fault({ on: "token", kind: "status", status: 503 });
    advance(hourMs);
    await page.getByRole("link", { name: "Top tracks" }).click();
    await page.getByRole("heading", { name: "This page cannot be shown right now" }).waitFor();
    expect(await page.getByText("If you were signed in, you still are.").count()).toBe(1);
    const [, reference = "none"] = /Reference: (\w+)/.exec(await page.getByRole("main").innerText()) ?? [];
    expect(said.join("\n")).toContain(reference);
    mend();
    advance(60_000);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
  });
});

test("20 tabs at expiry: one refresh, 20 pages, no cookie", { timeout: 60_000 }, async () => {
  const { origin, advance, refreshes } = await testDemo({ refresh: "family" });
  const { page } = await open();
  await signIn(page, origin);
  const cookies: string[] = [];
  page.context().on("response", (response) => {
    const cookie = response.headers()["set-cookie"];
    if (cookie !== undefined) cookies.push(response.url());
  });
  const tabs = await Promise.all(Array.from({ length: 20 }, () => page.context().newPage()));
  advance(hourMs);
  const titles = await Promise.all(
    tabs.map(async (tab) => {
      await tab.goto(`${origin}/top`, { waitUntil: "domcontentloaded" });
      return tab.getByRole("heading", { level: 1 }).textContent();
    }),
  );
  expect(titles).toEqual(titles.map(() => "Your top tracks"));
  expect(refreshes()).toBe(1);
  expect(cookies).toEqual([]);
});

describe("two tabs", { timeout: 60_000 }, () => {
  test("signing out in one ends what the other shows, and starts no new sign-in", async () => {
    const { origin, emulator } = await testDemo({});
    const { page } = await open();
    await signIn(page, origin);
    const other = await page.context().newPage();
    await other.goto(`${origin}/top`);
    await other.getByRole("heading", { name: "Your top tracks" }).waitFor();
    const live = await page.context().newPage();
    await live.goto(`${origin}/live`);
    await live.getByText("Left of this track").or(live.getByRole("progressbar")).first().waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    for (const tab of [page, other, live]) await tab.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    expect(emulator.authorizations).toHaveLength(1);
  });

  test("both sign in at once: both are signed in", async () => {
    const { origin } = await testDemo({});
    const { page } = await open();
    const other = await page.context().newPage();
    await page.goto(`${origin}/top`);
    await other.goto(`${origin}/playlist`);
    await consent(page);
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
    // Spotify knows her consent by now.
    await other.getByRole("button", { name: "Mira Sandoval" }).click();
    await other.getByRole("heading", { name: "New playlist" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Your top tracks" }).waitFor();
  });
});

describe("the live page", { timeout: 60_000 }, () => {
  test("shows what plays, and the next track when it comes, with no token in the browser", async () => {
    const { origin, advance } = await testDemo({});
    const { page, complaints } = await open();
    await signIn(page, origin);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/")) asked.push(`${request.headers()["x-refrain"]} ${request.headers()["authorization"]}`);
    });
    await page.getByRole("link", { name: "Live" }).click();
    await page.getByRole("heading", { name: "Live" }).waitFor();
    const title = page.getByRole("region", { name: "Playing now" }).locator("strong");
    await title.waitFor();
    const before = await title.textContent();
    advance(5 * 60_000);
    await expect.poll(() => title.textContent(), { timeout: 15_000 }).not.toBe(before);
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked)).toEqual(new Set(["1 undefined"]));
    const stored = await page.evaluate<[number, number, string]>("[localStorage.length, sessionStorage.length, document.cookie]");
    expect([stored[0], stored[2]]).toEqual([0, ""]);
    expect(complaints).toEqual([]);
  });

  test("rides out an outage by itself", async () => {
    const { origin, advance, emulator } = await testDemo({});
    const { page } = await open();
    await signIn(page, origin);
    await page.goto(`${origin}/live`);
    const section = page.getByRole("region", { name: "Playing now" });
    await section.locator("strong").waitFor();
    const mend = emulator.fault({ on: "token", kind: "status", status: 503 });
    advance(hourMs);
    await section.getByText("You are still signed in, and this page goes on by itself.").waitFor();
    mend();
    advance(60_000);
    await section.locator("strong").waitFor();
  });

  test("to nobody it offers the sign-in, and comes back; without JavaScript it says that it needs it", async () => {
    const { origin } = await testDemo({});
    const { page } = await open();
    await page.goto(`${origin}/live`);
    await page.getByRole("button", { name: "Sign in with Spotify" }).click();
    await consent(page);
    await page.getByRole("region", { name: "Playing now" }).locator("strong").waitFor();
    expect(page.url()).toBe(`${origin}/live`);
    const { page: plain } = await open({ javaScriptEnabled: false });
    await plain.goto(`${origin}/live`);
    await plain.getByText("needs JavaScript").waitFor();
  });
});

test("with cookies blocked there is one clear page and no loop", { timeout: 60_000 }, async () => {
  const { origin, emulator } = await testDemo({ autoConsent: "mira" });
  const page = await openWithoutCookies();
  const documents: string[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest()) documents.push(new URL(request.url()).pathname);
  });
  await page.goto(`${origin}/top`);
  await page.getByRole("heading", { name: "This browser does not remember starting the sign-in" }).waitFor();
  expect(await page.getByText("Cookies may be blocked").count()).toBe(1);
  expect(documents.length).toBeLessThanOrEqual(4);
  expect(emulator.tokenCalls()).toBe(0);
});

test("pages that prefetch or prerender the sign-in, or a page that needs one, start none", { timeout: 60_000 }, async () => {
  const { origin, emulator } = await testDemo();
  const targets = [`${origin}/auth/spotify/login`, `${origin}/top`];
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>x</title>${targets.map((target) => `<link rel="prefetch" href="${target}"><img src="${target}" alt="">`).join("")}
      <script type="speculationrules">${JSON.stringify({ prefetch: [{ urls: targets, eagerness: "immediate" }], prerender: [{ urls: targets, eagerness: "immediate" }] })}</script>`);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  const { page } = await open();
  const answers = new Map<string, number>();
  page.context().on("response", (response) => {
    if (response.url().startsWith(origin)) answers.set(`${new URL(response.url()).pathname} ${response.status()}`, 1);
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: "networkidle" });
  await expect.poll(() => [...answers.keys()].some((key) => key.startsWith("/auth/spotify/login 401"))).toBe(true);
  expect([...answers.keys()].filter((key) => key.startsWith("/auth/spotify/login ") && !key.endsWith("401"))).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
  expect(emulator.log.filter(({ endpoint }) => endpoint === "authorize")).toEqual([]);
});

test("the whole sign-in by keyboard alone", { timeout: 60_000 }, async () => {
  const { origin } = await testDemo({});
  const { page } = await open();
  await page.goto(origin);
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.textContent.trim() + " " + getComputedStyle(document.activeElement).outlineWidth');
  for (const name of ["Refrain demo", "Home", "Top tracks", "New playlist", "Live", "Sign in with Spotify"]) {
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(`${name} 2px`);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Allow", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
});

/** Chooses Mira and agrees, on the local Spotify's pages. */
async function consent(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Mira Sandoval" }).click();
  await page.getByRole("button", { name: "Allow", exact: true }).click();
}
