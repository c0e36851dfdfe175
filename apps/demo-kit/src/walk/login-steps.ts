import { anotherBrowser, askForMore, disconnect, renew } from "./account-steps.js";
import { outage, recover } from "./outage-steps.js";
import { replay, signOut } from "./sign-out-steps.js";
import { hourMs, isMira, refreshes, signInAsMira, type Stop } from "./stop.js";
import { expect } from "./surprise.js";
import type { Steps } from "./take-steps.js";

/** The walk through an app whose login is Spotify. */
export const loginSteps: Steps<Stop> = [
  ["Sign in", signIn],
  ["Call the Web API", callApi],
  ["The token expires under 20 requests at once", expireUnderLoad],
  ["The token endpoint breaks while the token lives", breakWhileAlive],
  ["The token dies, 3 s of outage, a request every 200 ms", breakWhileDead],
  ["The token endpoint is mended", (stop) => recover(stop, () => stop.browser.call("/me"), isMira)],
  ["A page needs one permission more", askForMore],
  ["Another browser signs in, and is signed out from the first", anotherBrowser],
  ["Five days before the consent ends", renew],
  ["Sign out", signOut],
  ["The old cookie comes back", (stop) => replay(stop, "/me")],
  ["Sign in again and disconnect", disconnect],
];

async function signIn({ browser, emulator }: Stop): Promise<string> {
  const before = await browser.open("/");
  expect(before.status === 200 && before.text.includes("Sign in with Spotify"), `the first page answered ${before.status} and offers no sign-in`);
  await signInAsMira(browser);
  expect(emulator.tokenCalls({ grantType: "authorization_code" }) === 1, "the code was not exchanged exactly once");
  return "Signed in as Mira Sandoval and back on the first page.";
}

export async function callApi({ browser, emulator }: Stop): Promise<string> {
  isMira(await browser.call("/me"));
  expect(refreshes(emulator) === 0, "a fresh token was refreshed");
  return "200, and it is Mira.";
}

export async function expireUnderLoad({ browser, emulator, demo }: Stop): Promise<string> {
  demo.clock.advance(hourMs);
  const answers = await Promise.all(Array.from({ length: 20 }, () => browser.call("/me")));
  for (const answer of answers) isMira(answer);
  expect(refreshes(emulator) === 1, `there were ${refreshes(emulator)} refreshes instead of 1`);
  return "20 answers, 1 refresh.";
}

async function breakWhileAlive(stop: Stop): Promise<string> {
  const { browser, emulator, demo } = stop;
  stop.mend = emulator.fault({ on: "token", kind: "status", status: 503, body: "upstream connect error" });
  demo.clock.advance(hourMs - 2 * 60_000);
  isMira(await browser.call("/me"));
  return "Served with the token that has two minutes left.";
}

async function breakWhileDead(stop: Stop): Promise<string> {
  stop.demo.clock.advance(3 * 60_000);
  return outage(stop, { page: "/", call: "/me" });
}
