import type { Stop } from "./stop.js";
import { expect } from "./surprise.js";

export async function signOut(stop: Stop<unknown>): Promise<string> {
  const { browser } = stop;
  stop.oldCookie = browser.cookie();
  const page = await browser.submit("/auth/spotify/logout");
  expect(page.status === 200 && page.text.includes("Sign in with Spotify"), `signing out led to a page that answered ${page.status}`);
  return "Back on the first page, signed out.";
}

/** The old cookie comes back, with a call of this path. */
export async function replay({ browser, oldCookie }: Stop<unknown>, path: string): Promise<string> {
  browser.useCookie(oldCookie);
  const answer = await browser.call(path);
  expect(answer.status === 401, `the old cookie was answered with ${answer.status} instead of 401`);
  return "401: nobody.";
}
