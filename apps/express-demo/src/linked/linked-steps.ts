import { callApi, expireUnderLoad } from "demo-kit/walk/login-steps";
import type { Stop } from "demo-kit/walk/stop";
import { expect } from "demo-kit/walk/surprise";
import type { Steps } from "demo-kit/walk/take-steps";

const hourMs = 3_600_000;
const person = { name: "Walker", password: "one-step-at-a-time" };

/** The walk through the app with users of its own. */
export const linkedSteps: Steps<Stop> = [
  ["Sign up, with a name and a password", signUp],
  ["Link Spotify", link],
  ["Call the Web API", callApi],
  ["The token expires under 20 requests at once", expireUnderLoad],
  ["Sign out of the app, and in again an hour later", signOutAndIn],
  ["Look what plays, as a worker does", look],
  ["Unlink", unlink],
];

async function signUp({ browser }: Stop): Promise<string> {
  const before = await browser.open("/");
  expect(before.status === 200 && before.url.endsWith("/sign-in"), `nobody was answered with ${before.status} and not sent to sign in`);
  const page = await browser.submit("/sign-up", person);
  expect(page.status === 200 && page.text.includes("Signed in as Walker"), `after signing up the page answered ${page.status}`);
  expect(page.text.includes("Spotify is not linked"), "a new account has Spotify linked to it");
  return "Signed in as Walker; Spotify is not linked.";
}

async function link({ browser, emulator }: Stop): Promise<string> {
  const page = await browser.open("/auth/spotify/login?returnTo=/");
  expect(page.status === 200 && page.text.includes("Signed in as Walker"), `after linking the page answered ${page.status}, or Walker is gone`);
  expect(page.text.includes("Mira Sandoval"), "the page does not say which Spotify account is linked");
  expect(emulator.tokenCalls({ grantType: "authorization_code" }) === 1, "the code was not exchanged exactly once");
  return "Linked to Mira Sandoval, and still Walker.";
}

async function signOutAndIn({ browser, demo }: Stop): Promise<string> {
  await browser.submit("/sign-out");
  const gone = await browser.call("/me");
  expect(gone.status === 401, `after signing out a call was answered with ${gone.status} instead of 401`);
  demo.clock.advance(hourMs);
  const page = await browser.submit("/sign-in", person);
  expect(page.text.includes("Mira Sandoval"), "signing out of the app has unlinked Spotify");
  return "401 in between; then linked as before, without another consent.";
}

async function look({ browser }: Stop): Promise<string> {
  const page = await browser.submit("/look");
  const heard = /<dt><time[^>]*>[^<]*<\/time><\/dt>\s*<dd>([^<]+)<\/dd>/.exec(page.text)?.[1];
  expect(heard !== undefined, "nothing was heard");
  return `Heard: ${heard}.`;
}

async function unlink({ browser }: Stop): Promise<string> {
  const page = await browser.submit("/auth/spotify/disconnect?returnTo=/");
  expect(page.status === 200 && page.text.includes("disconnected from Spotify"), `unlinking was answered with ${page.status}`);
  const answer = await browser.call("/me");
  expect(answer.status === 401, `after unlinking a call was answered with ${answer.status} instead of 401`);
  const home = await browser.open("/");
  expect(home.text.includes("Signed in as Walker") && home.text.includes("Spotify is not linked"), "unlinking did not leave Walker signed in without Spotify");
  return "401, and Walker is still signed in.";
}
