import type { Emulator } from "@refrain/emulator";
import type { Answer, Browser } from "demo-kit/browser";
import { expect } from "demo-kit/surprise";
import type { Steps } from "demo-kit/take-steps";
import { setTimeout as sleep } from "node:timers/promises";
import { playlistForm } from "./playlist-form.js";
import type { Demo } from "./start-demo.js";

/** What every step works with. */
interface Stop {
  readonly demo: Demo;
  readonly emulator: Emulator;
  readonly browser: Browser;
  /** Ends the outage that an earlier step began. */
  mend: () => void;
  /** The cookies of a session that an earlier step ended. */
  oldCookie: string;
}

const hourMs = 3_600_000;
const outageMs = 3000;
const everyMs = 200;

export const steps: Steps<Stop> = [
  ["Open a page of those who are signed in", signIn],
  ["Call the route handler", callRoute],
  ["The token expires under 20 navigations at once", expireUnderLoad],
  ["The token endpoint breaks for 3 s, the token is dead, a request every 200 ms", outage],
  ["The token endpoint is mended", recover],
  ["Send the playlist's form, as a browser without JavaScript does", allowMore],
  ["Send it again", create],
  ["Sign out", signOut],
  ["The old cookie comes back", replay],
];

async function signIn({ browser, emulator, demo }: Stop): Promise<string> {
  const page = await browser.open("/top");
  expect(page.url === `${demo.origin}/top`, `the way through Spotify ended on ${new URL(page.url).pathname}`);
  isMiras(page);
  expect(emulator.tokenCalls({ grantType: "authorization_code" }) === 1, "the code was not exchanged exactly once");
  return "Sent to Spotify, signed in as Mira Sandoval, and back on the page that was asked for.";
}

async function callRoute({ browser, emulator }: Stop): Promise<string> {
  const answer = await browser.call("/api/top");
  expect(answer.status === 200 && answer.text.includes('"items"'), `the route answered ${answer.status}`);
  expect(refreshes(emulator) === 0, "a fresh token was refreshed");
  return "200, the top tracks as JSON.";
}

/** Half of them open the page anew, half visit it from another page of the app, for which Next fetches the component's data alone. */
async function expireUnderLoad({ browser, emulator, demo }: Stop): Promise<string> {
  demo.advance(hourMs);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? browser.open("/top") : browser.call("/top?_rsc", { rsc: "1" }))),
  );
  for (const answer of answers) {
    isMiras(answer);
    expect(answer.headers["set-cookie"] === undefined, "a page wrote a cookie");
  }
  expect(refreshes(emulator) === 1, `there were ${refreshes(emulator)} refreshes instead of 1`);
  return "20 pages, 1 refresh, no cookie written.";
}

async function outage(stop: Stop): Promise<string> {
  const { browser, emulator, demo } = stop;
  stop.mend = emulator.fault({ on: "token", kind: "status", status: 503, body: "upstream connect error" });
  demo.advance(hourMs);
  const before = refreshes(emulator);
  const asked: Promise<Answer>[] = [];
  for (let atMs = 0; atMs < outageMs; atMs += everyMs) {
    asked.push(asked.length % 2 === 0 ? browser.open("/top") : browser.call("/api/top"));
    await sleep(everyMs);
  }
  for (const [index, answer] of (await Promise.all(asked)).entries()) {
    expect(answer.status === 503, `an answer was ${answer.status} instead of 503`);
    expect(Number(answer.headers["retry-after"]) > 0, "a 503 came without Retry-After");
    expect(index % 2 === 1 || answer.text.includes("You are still signed in"), "the page does not say that the user is still signed in");
  }
  const calls = refreshes(emulator) - before;
  // An attempt is one call and one repetition a second or two later; how soon the next may follow is drawn.
  expect(calls <= 6, `the token endpoint was called ${calls} times: by traffic, not by backoff`);
  return `${asked.length} times 503 with Retry-After, never 401; ${calls} calls of the token endpoint. The page says: you are still signed in.`;
}

async function recover({ browser, mend }: Stop): Promise<string> {
  mend();
  const mendedAt = performance.now();
  for (;;) {
    const page = await browser.open("/top");
    const tookMs = performance.now() - mendedAt;
    if (page.status !== 503) {
      isMiras(page);
      return `Back by itself after ${(tookMs / 1000).toFixed(1)} s, the same session.`;
    }
    expect(tookMs < 20_000, "20 s later it is still unavailable");
    await sleep(everyMs);
  }
}

async function allowMore({ browser, emulator }: Stop): Promise<string> {
  const form = await browser.open("/playlist");
  const page = await browser.submit("/playlist", playlistForm(form.text, "Walking songs"));
  const { pathname, searchParams } = new URL(page.url);
  expect(pathname === "/playlist" && searchParams.get("name") === "Walking songs", `the way through Spotify ended on ${pathname}`);
  expect(page.text.includes('value="Walking songs"'), "the name has to be typed again");
  expect(emulator.authorizations.length === 2, "Spotify was not asked for the permission");
  expect(created(emulator) === 0, "a playlist was created without the permission");
  return "Sent to Spotify for playlist-modify-private, and back with the name filled in.";
}

async function create({ browser, emulator }: Stop): Promise<string> {
  const form = await browser.open("/playlist?name=Walking+songs");
  const page = await browser.submit("/playlist", playlistForm(form.text, "Walking songs"));
  expect(page.status === 200 && page.text.includes("The playlist is created"), `the form led to a page that answered ${page.status}`);
  expect(created(emulator) === 1, `${created(emulator)} playlists were created instead of 1`);
  return "The playlist is created.";
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
  const answer = await browser.call("/api/top");
  expect(answer.status === 401, `the old cookie was answered with ${answer.status} instead of 401`);
  return "401: nobody.";
}

function isMiras({ status, text }: Answer): void {
  expect(status === 200, `a page answered ${status} instead of 200`);
  expect(text.includes("Mira Sandoval") && text.includes("Your top tracks"), "a page is not Mira's");
}

function refreshes(emulator: Emulator): number {
  return emulator.tokenCalls({ grantType: "refresh_token" });
}

function created({ log }: Emulator): number {
  return log.filter(({ method, path, status }) => method === "POST" && path === "/v1/me/playlists" && status === 201).length;
}
