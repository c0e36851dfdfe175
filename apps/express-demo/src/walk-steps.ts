import type { Answer } from "demo-kit/browser";
import { expect } from "demo-kit/surprise";
import type { Steps } from "demo-kit/take-steps";
import { setTimeout as sleep } from "node:timers/promises";
import { anotherBrowser, askForMore, disconnect, renew } from "./walk-account-steps.js";
import { hourMs, isMira, refreshes, signInAsMira, type Stop } from "./walk-stop.js";

const outageMs = 3000;
const everyMs = 200;

export const steps: Steps<Stop> = [
  ["Sign in", signIn],
  ["Call the Web API", callApi],
  ["The token expires under 20 requests at once", expireUnderLoad],
  ["The token endpoint breaks while the token lives", breakWhileAlive],
  ["The token dies, 3 s of outage, a request every 200 ms", outage],
  ["The token endpoint is mended", recover],
  ["A page needs one permission more", askForMore],
  ["Another browser signs in, and is signed out from the first", anotherBrowser],
  ["Five days before the consent ends", renew],
  ["Sign out", signOut],
  ["The old cookie comes back", replay],
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

async function outage({ browser, emulator, demo }: Stop): Promise<string> {
  demo.clock.advance(3 * 60_000);
  const before = refreshes(emulator);
  const asked: Promise<Answer>[] = [];
  for (let atMs = 0; atMs < outageMs; atMs += everyMs) {
    asked.push(browser.call("/me"));
    await sleep(everyMs);
  }
  for (const answer of await Promise.all(asked)) {
    expect(answer.status === 503, `an answer was ${answer.status} instead of 503`);
    expect(Number(answer.headers["retry-after"]) > 0, "a 503 came without Retry-After");
  }
  const page = await browser.open("/");
  expect(page.status === 503 && page.text.includes("You are still signed in"), "the page does not say that the user is still signed in");
  const calls = refreshes(emulator) - before;
  // An attempt is one call and one repetition a second or two later; how soon the next may follow is drawn.
  expect(calls <= 6, `the token endpoint was called ${calls} times: by traffic, not by backoff`);
  return `${asked.length} times 503 with Retry-After, never 401; ${calls} calls of the token endpoint. The page says: you are still signed in.`;
}

async function recover({ browser, mend }: Stop): Promise<string> {
  mend();
  const mendedAt = performance.now();
  for (;;) {
    const answer = await browser.call("/me");
    const tookMs = performance.now() - mendedAt;
    if (answer.status !== 503) {
      isMira(answer);
      return `Back by itself after ${(tookMs / 1000).toFixed(1)} s, the same session.`;
    }
    expect(tookMs < 20_000, "20 s later it is still unavailable");
    await sleep(everyMs);
  }
}

async function signOut(stop: Stop): Promise<string> {
  const { browser } = stop;
  stop.oldCookie = browser.cookie();
  const page = await browser.submit("/auth/spotify/logout");
  expect(page.status === 200 && page.text.includes("Sign in with Spotify"), `signing out led to a page that answered ${page.status}`);
  return "Back on the first page, signed out.";
}

async function replay({ browser, oldCookie }: Stop): Promise<string> {
  browser.useCookie(oldCookie);
  const answer = await browser.call("/me");
  expect(answer.status === 401, `the old cookie was answered with ${answer.status} instead of 401`);
  return "401: nobody.";
}
