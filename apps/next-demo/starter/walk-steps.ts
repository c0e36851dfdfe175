import type { Emulator } from "@refrain/emulator";
import type { Answer } from "demo-kit/browser";
import { outage, recover } from "demo-kit/walk/outage-steps";
import { replay, signOut } from "demo-kit/walk/sign-out-steps";
import { hourMs, refreshes, type Stop as AnyStop } from "demo-kit/walk/stop";
import { expect } from "demo-kit/walk/surprise";
import type { Steps } from "demo-kit/walk/take-steps";
import { playlistForm } from "./playlist-form.js";
import type { Demo } from "./start-demo.js";

type Stop = AnyStop<Demo>;

export const steps: Steps<Stop> = [
  ["Open a page of those who are signed in", signIn],
  ["Call the route handler", callRoute],
  ["The token expires under 20 navigations at once", expireUnderLoad],
  ["The token endpoint breaks for 3 s, the token is dead, a request every 200 ms", breakDown],
  ["The token endpoint is mended", (stop) => recover(stop, () => stop.browser.open("/top"), isMiras)],
  ["Send the playlist's form, as a browser without JavaScript does", allowMore],
  ["Send it again", create],
  ["Sign out", signOut],
  ["The old cookie comes back", (stop) => replay(stop, "/api/top")],
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

async function breakDown(stop: Stop): Promise<string> {
  stop.mend = stop.emulator.fault({ on: "token", kind: "status", status: 503, body: "upstream connect error" });
  stop.demo.advance(hourMs);
  return outage(stop, { page: "/top", call: "/api/top" });
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

function isMiras({ status, text }: Answer): void {
  expect(status === 200, `a page answered ${status} instead of 200`);
  expect(text.includes("Mira Sandoval") && text.includes("Your top tracks"), "a page is not Mira's");
}

function created({ log }: Emulator): number {
  return log.filter(({ method, path, status }) => method === "POST" && path === "/v1/me/playlists" && status === 201).length;
}
