import { createBrowser, type Browser } from "../browser.js";
import { expect } from "./surprise.js";
import { isMira, isNobody, signInAsMira, type Stop } from "./stop.js";

const dayMs = 86_400_000;

export async function askForMore({ browser, emulator, demo }: Stop): Promise<string> {
  const before = emulator.authorizations.length;
  const page = await browser.open("/recent");
  expect(page.status === 200 && page.url === `${demo.origin}/recent`, `asking for more ended with ${page.status} on ${new URL(page.url).pathname}`);
  const asked = emulator.authorizations.slice(before);
  expect(asked.length === 1 && asked[0]?.granted.includes("user-read-recently-played") === true, "Spotify was not asked once for the permission that lacked");
  const again = await browser.open("/recent");
  expect(again.status === 200 && emulator.authorizations.length === before + 1, "the page asked for what it has");
  return "Asked once at Spotify, back on the same page; the next visit asks nothing.";
}

export async function anotherBrowser({ browser, demo }: Stop): Promise<string> {
  const other = createBrowser(demo.origin);
  await signInAsMira(other);
  const account = await browser.open("/account");
  const ends = endings(account.text);
  expect(account.status === 200 && ends.length === 1, `the account page answered ${account.status} and lists ${ends.length} other browsers instead of 1`);
  const after = await browser.submit(ends[0] ?? "");
  expect(after.status === 200 && endings(after.text).length === 0, "the other browser is listed still");
  isNobody(await other.call("/me"));
  isMira(await browser.call("/me"));
  return "The other gets 401 at once; this one goes on.";
}

export async function renew({ browser, emulator, demo }: Stop): Promise<string> {
  const { reauthorizeBy: ending } = await consentOf(browser);
  demo.clock.advance(ending - 5 * dayMs - demo.clock.now());
  const before = emulator.authorizations.length;
  const page = await browser.open("/recent");
  expect(page.status === 200 && page.url === `${demo.origin}/recent`, `renewing ended with ${page.status} on ${new URL(page.url).pathname}`);
  const asked = emulator.authorizations.slice(before);
  expect(asked.length === 1 && asked[0]?.silent === true, `there were ${asked.length} visits to Spotify instead of 1 without a click`);
  const wonMs = (await consentOf(browser)).reauthorizeBy - ending;
  expect(wonMs > 150 * dayMs, `the consent was prolonged by ${Math.round(wonMs / dayMs)} days`);
  await browser.open("/recent");
  expect(emulator.authorizations.length === before + 1, "the next page renewed once more");
  return `One redirect to Spotify and back to the same page; the consent ends ${Math.round(wonMs / dayMs)} days later than before.`;
}

export async function disconnect({ browser, emulator, demo }: Stop): Promise<string> {
  await signInAsMira(browser);
  const other = createBrowser(demo.origin);
  await signInAsMira(other);
  const cookie = browser.cookie();
  const page = await browser.submit("/auth/spotify/disconnect");
  expect(page.status === 200 && page.text.includes("disconnected"), `disconnecting answered ${page.status}`);
  const calls = emulator.log.length;
  browser.useCookie(cookie);
  for (const { call } of [browser, other]) isNobody(await call("/me"));
  expect(emulator.log.length === calls, "Spotify was asked on behalf of a user who is erased");

  await signInAsMira(browser);
  const account = await browser.open("/account");
  expect(endings(account.text).length === 0, "an erased session came back with the next sign-in");
  expect(!(await consentOf(browser)).scopes.includes("user-read-recently-played"), "an erased permission was asked for again");
  return "The old cookies of both browsers get 401 and reach nobody; who signs in again starts afresh.";
}

/** The forms of the account page that end another browser's session. */
export function endings(page: string): readonly string[] {
  return [...page.matchAll(/action="(\/account\/sessions\/[^"/]+\/end)"/g)].map(([, action = ""]) => action);
}

/** What the app's own pages may know of the consent. */
async function consentOf(browser: Browser): Promise<{ readonly reauthorizeBy: number; readonly scopes: readonly string[] }> {
  const { text } = await browser.call("/auth/spotify/session");
  const { reauthorizeBy, scopes } = JSON.parse(text) as { readonly reauthorizeBy?: unknown; readonly scopes?: unknown };
  expect(typeof reauthorizeBy === "number" && Array.isArray(scopes), "nobody is signed in");
  return { reauthorizeBy, scopes: scopes.map(String) };
}
