import { createBrowser, type Browser } from "demo-kit/browser";
import { dayMs, hourMs, login } from "demo-kit/test-demo";
import { endings } from "demo-kit/walk/account-steps";
import { describe, expect, test } from "vitest";
import { testDemo } from "./support/demo.js";

async function signedIn(origin: string): Promise<Browser> {
  const browser = createBrowser(origin);
  await browser.open(login);
  return browser;
}

describe("sessions", () => {
  test("this browser is marked, and another one can be ended: it gets 401 at once, this one goes on", async () => {
    const { origin, emulator } = await testDemo();
    const [browser, other] = [await signedIn(origin), await signedIn(origin)];
    const page = await browser.open("/account");
    expect(page.status).toBe(200);
    expect(page.text.match(/This browser/g)).toHaveLength(1);
    const [end = "", ...more] = endings(page.text);
    expect(more).toEqual([]);

    const after = await browser.submit(end);
    expect(after).toMatchObject({ status: 200, url: `${origin}/account` });
    expect(after.text).toContain("You are signed in nowhere else.");
    expect(await other.call("/me")).toMatchObject({ status: 401 });
    expect(await browser.call("/me")).toMatchObject({ status: 200 });
    expect(emulator.authorizations).toHaveLength(2);
  });

  test("all others are ended together, and only they", async () => {
    const { origin, emulator } = await testDemo();
    const browsers = [await signedIn(origin), await signedIn(origin), await signedIn(origin)];
    const [browser, ...others] = browsers;
    expect(endings((await browser?.open("/account"))?.text ?? "")).toHaveLength(2);
    expect(endings((await browser?.submit("/account/sessions/end-others"))?.text ?? "?")).toEqual([]);
    for (const other of others) expect(await other.call("/me")).toMatchObject({ status: 401 });
    expect(await browser?.call("/me")).toMatchObject({ status: 200 });
    // Nobody had to sign in again.
    expect(emulator.authorizations).toHaveLength(3);
  });

  test("with the token dead and Spotify down, sessions are shown and ended all the same", async () => {
    const { origin, clock, emulator } = await testDemo();
    const [browser, other] = [await signedIn(origin), await signedIn(origin)];
    emulator.fault({ on: "token", kind: "status", status: 503 });
    clock.advance(hourMs);
    const page = await browser.open("/account");
    expect(page).toMatchObject({ status: 200 });
    expect(await browser.submit(endings(page.text)[0] ?? "")).toMatchObject({ status: 200 });
    expect(await other.call("/account")).toMatchObject({ status: 401 });
    expect(await browser.call("/account")).toMatchObject({ status: 200 });
  });

  test("a session of nobody's ends nothing", async () => {
    const { origin } = await testDemo();
    const browser = await signedIn(origin);
    expect(await browser.submit("/account/sessions/0123456789abcdef/end")).toMatchObject({ status: 200 });
    expect(await browser.call("/me")).toMatchObject({ status: 200 });
  });

  test.each(["end-others", "one"])("only our own pages may end: %s", async (which) => {
    const { origin } = await testDemo();
    const [browser, other] = [await signedIn(origin), await signedIn(origin)];
    const path = which === "one" ? (endings((await browser.open("/account")).text)[0] ?? "") : "/account/sessions/end-others";
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await fetch(origin + path, { method: "POST", headers: { ...(headers as Record<string, string>), cookie: browser.cookie() } });
      expect(answer.status).toBe(403);
    }
    expect(await other.call("/me")).toMatchObject({ status: 200 });
  });

  test("nobody is sent to sign in and comes back; a form of nobody's is refused with a page", async () => {
    const { origin, browser } = await testDemo();
    expect(await browser.submit("/account/sessions/end-others")).toMatchObject({
      status: 401,
      text: expect.stringContaining("You are not signed in") as string,
    });
    expect(await browser.open("/account")).toMatchObject({ status: 200, url: `${origin}/account` });
  });
});

describe("consent", () => {
  test("renewing is offered in the last 30 days, and comes back here with six months more", async () => {
    const { browser, clock, emulator, origin } = await testDemo();
    await browser.open(login);
    clock.advance(150 * dayMs);
    expect((await browser.open("/account")).text).not.toContain("Renew now");
    clock.advance(15 * dayMs);
    const page = await browser.open("/account");
    const [, link = ""] = /href="([^"]+)">Renew now/.exec(page.text) ?? [];
    const renewed = await browser.open(link.replaceAll("&amp;", "&"));
    expect(renewed).toMatchObject({ status: 200, url: `${origin}/account` });
    expect(renewed.text).not.toContain("Renew now");
    expect(emulator.authorizations).toHaveLength(2);
  });

  test.each(["/", "/recent", "/live"])("%s five days before the end: one redirect to Spotify and back to it, and then none", async (path) => {
    const { browser, clock, emulator, origin } = await testDemo();
    await browser.open(login);
    await browser.open(path);
    const before = emulator.authorizations.length;
    const end = await consentEnd(browser);
    clock.advance(end - 5 * dayMs - clock.now());
    for (let visits = 0; visits < 2; visits++) expect(await browser.open(path)).toMatchObject({ status: 200, url: origin + path });
    expect(emulator.authorizations.slice(before)).toMatchObject([{ silent: true }]);
    expect((await consentEnd(browser)) - end).toBeGreaterThan(150 * dayMs);
  });

  test("when it has ended the account page says so and offers the way back", async () => {
    const { browser, clock } = await testDemo();
    await browser.open(login);
    clock.advance(185 * dayMs);
    const page = await browser.open("/account");
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining("Spotify ended it on") as string });
    expect(page.text).toContain("Renew now");
  });
});

test("a permission that lacks is asked for and serves the page that needs it", async () => {
  const { browser, emulator, origin } = await testDemo();
  await browser.open(login);
  const page = await browser.open("/account");
  const links = [...page.text.matchAll(/class="button" href="(\/auth\/spotify\/login\?scope=[^"]+)"/g)].map(([, link = ""]) => link);
  expect(links).toHaveLength(1);
  expect(await browser.open((links[0] ?? "").replaceAll("&amp;", "&"))).toMatchObject({ status: 200, url: `${origin}/recent` });
  expect((await browser.open("/account")).text).not.toContain("/auth/spotify/login?scope");
  expect(emulator.authorizations.at(-1)?.granted).toContain("user-read-recently-played");
});

test("disconnecting erases: both browsers are nobody's, and who signs in again starts afresh", async () => {
  const { origin } = await testDemo();
  const [browser, other] = [await signedIn(origin), await signedIn(origin)];
  await browser.open("/recent");
  const cookie = browser.cookie();
  const page = await browser.submit("/auth/spotify/disconnect");
  expect(page.status).toBe(200);
  expect(page.text).toContain("https://www.spotify.com/account/apps/");
  browser.useCookie(cookie);
  for (const { call } of [browser, other]) expect(await call("/me")).toMatchObject({ status: 401 });
  expect((await browser.open(login)).text).toContain("Disconnected");
  const account = await browser.open("/account");
  expect(account.text).toContain("You are signed in nowhere else.");
  expect(account.text).toContain("/auth/spotify/login?scope");
});

async function consentEnd(browser: Browser): Promise<number> {
  return (JSON.parse((await browser.call("/auth/spotify/session")).text) as { reauthorizeBy: number }).reauthorizeBy;
}
