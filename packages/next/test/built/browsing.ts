import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { MainApp } from "../support/main-app.js";
import { origin } from "../support/stage.js";

/** What only a browser can tell. */
export function browsing({ stage }: MainApp): void {
  let browser: Browser | undefined;
  beforeAll(async () => {
    // The public's address, which leads to the port where the app is served in truth.
    const there = `--host-resolver-rules=MAP ${new URL(origin).host} 127.0.0.1:${stage().server.port}`;
    const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", there];
    browser = await chromium.launch({ executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium", headless: true, args: flags });
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(path: string): Promise<Page> {
    if (browser === undefined) throw new Error("No Chromium was started.");
    // Neither the app nor Spotify knows anything of a test before.
    const { signedIn, emulator } = stage();
    await (await signedIn("mira")).fetch("/auth/spotify/disconnect", { method: "POST" });
    emulator.revoke("mira");
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(origin + path);
    return page;
  }

  async function agree(page: Page, name = "Mira Sandoval"): Promise<void> {
    const choice = page.getByRole("button", { name });
    const allow = page.getByRole("button", { name: "Allow", exact: true });
    await choice.or(allow).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await allow.click();
  }

  const shows = (page: Page, id: string, text: string): Promise<void> => page.locator(`#${id}`, { hasText: new RegExp(`^${text}$`) }).waitFor();

  test("a client component knows who is signed in, signs in, asks for more, gets a token and signs out, in every tab", async () => {
    const page = await open("/hook");
    await shows(page, "status", "signedOut");
    await page.locator("#login").click();
    await agree(page);
    await page.waitForURL(`${origin}/hook`);
    await shows(page, "user", "acc-6f1c0a52d9e84b7c");
    await page.locator("#more").click();
    await agree(page);
    await page.waitForURL(`${origin}/hook?more`);
    await shows(page, "scopes", ".*user-read-email.*");
    await page.locator("#token").click();
    await shows(page, "length", "\\d{2,}");
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(["", 0, 0]);

    const other = await page.context().newPage();
    await other.goto(`${origin}/hook`);
    await shows(other, "status", "signedIn");
    await page.locator("#logout").click();
    await shows(page, "status", "signedOut");
    await shows(other, "status", "signedOut");
  });

  test("a link that is loaded ahead starts no sign-in; a click on it does, and comes back to its page", async () => {
    const flights: string[] = [];
    const page = await open("/static");
    const before = stage().emulator.log.length;
    page.on("response", (response) => void (response.url().includes("_rsc=") && flights.push(response.url())));
    await page.goto(`${origin}/hook`);
    await shows(page, "status", "signedOut");
    await expect.poll(() => flights.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(stage().emulator.log.length).toBe(before);
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]);
    await page.getByRole("link", { name: "My page" }).click();
    await agree(page);
    await page.waitForURL(`${origin}/me`);
    await page.getByRole("heading", { name: "Hello, Mira Sandoval: members only" }).waitFor();
  });

  test("a server action tells the page where to go, and knows who is there once they came back", async () => {
    const page = await open("/hook");
    await page.locator("#login").click();
    await agree(page);
    await page.waitForURL(`${origin}/hook`);
    await shows(page, "status", "signedIn");
    await page.goto(`${origin}/action`);
    await page.getByRole("button", { name: "Greet" }).click();
    await page.locator("output", { hasText: '"user":"acc-6f1c0a52d9e84b7c"' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Greet" }).click();
    await page.locator("output", { hasText: "/auth/spotify/login?returnTo=%2Faction" }).waitFor();
  });
}
