import { press } from "demo-kit/chromium";
import type { Page } from "playwright-core";
import { passwordOf, type Person } from "./linked.js";

/** Signs in to the app itself by its form. */
export async function enterAs(page: Page, origin: string, name: Person, password = passwordOf(name)): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await press(page, "Sign in");
}

/** Links Spotify by clicks through the local Spotify's pages. */
export async function linkSpotify(page: Page, spotifyName: string): Promise<void> {
  await page.getByRole("link", { name: "Link Spotify" }).click();
  await page.getByRole("button", { name: spotifyName }).click();
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.getByText(`Linked to ${spotifyName}`).waitFor();
}
