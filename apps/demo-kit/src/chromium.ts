import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** One Chromium for a test file. Without a browser every test of the file fails. */
export function useChromium(): (options?: BrowserContextOptions) => Promise<Window> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags });
  }, 60_000);
  afterAll(() => browser?.close());

  return async (options = {}) => {
    if (browser === undefined) throw new Error("No Chromium was started.");
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    return { page, complaints: complaintsOf(page) };
  };
}

/** A page of a Chromium whose user blocks all cookies, until the test ends. */
export async function openWithoutCookies(): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-no-cookies-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(join(folder, "Default"));
  const block = 2;
  await writeFile(join(folder, "Default", "Preferences"), JSON.stringify({ profile: { default_content_setting_values: { cookies: block } } }));
  const context = await chromium.launchPersistentContext(folder, { executablePath, headless: true, args: flags });
  onTestFinished(() => context.close());
  return context.newPage();
}

function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

export interface Window {
  readonly page: Page;
  /** What the page logged as errors: scripts that failed, violations of the content security policy. */
  readonly complaints: readonly string[];
}

/** Presses a button that sends a form, and waits for the page it leads to. */
export async function press(page: Page, name: string): Promise<void> {
  const landed = page.waitForEvent("load");
  await page.getByRole("button", { name }).click();
  await landed;
}

/** Says yes on the local Spotify's page. */
export async function allow(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Allow", exact: true }).click();
}

/** Signs in by clicks through the local Spotify's pages. */
export async function signIn(page: Page, origin: string, name = "Mira Sandoval"): Promise<void> {
  await page.goto(origin);
  await page.getByRole("link", { name: "Sign in with Spotify" }).click();
  await page.getByRole("button", { name }).click();
  const heading = page.getByRole("heading", { name: `Signed in as ${name}` });
  await heading.or(page.getByRole("button", { name: "Deny" })).waitFor();
  // Who has agreed in another browser is not asked again.
  if (!(await heading.isVisible())) await allow(page);
  await heading.waitFor();
}
