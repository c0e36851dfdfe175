import { createBrowser } from "demo-kit/browser";
import { dayMs, hourMs, login } from "demo-kit/test-demo";
import { endings } from "demo-kit/walk/account-steps";
import { describe, expect, test } from "vitest";
import { Looks } from "../src/away/looks.js";
import { platforms, testDemo } from "./support/demo.js";
import { gateBefore } from "./support/gate-before.js";

const pages = ["/", "/welcome", "/live", "/recent", "/account", "/me", "/trail", "/style.css", "/live.js", "/now-playing.js", "/favicon.svg", "/nothing-here"];
const routes = ["/auth/spotify/login", "/auth/spotify/nothing", "/auth/spotify/callback?code=x&state=y"];
const forms = ["/away/look", "/account/disconnect", "/account/sessions/end-others", "/account/sessions/0123456789abcdef/end", "/demo/expire", "/demo/break"];

describe.each(platforms)("on %s", { timeout: 30_000 }, (platform) => {
  test("nobody is led to the one public page, asks Spotify for nothing there, and comes back to the page that was asked for", async () => {
    const { browser, emulator, origin } = await testDemo(platform);
    for (const path of ["/", "/live?tab=1", "/recent", "/account"]) {
      const page = await browser.open(path);
      expect(page).toMatchObject({ status: 200, url: `${origin}/welcome?returnTo=${encodeURIComponent(path)}` });
      expect(page.text).toContain("local emulator: no real account");
      expect(page.text).not.toContain("Sign out");
    }
    expect(emulator.log).toHaveLength(0);
    const { text } = await browser.open("/live?tab=1");
    const [, link = ""] = /class="button primary" href="([^"]+)"/.exec(text) ?? [];
    expect(await browser.open(link.replaceAll("&amp;", "&"))).toMatchObject({ status: 200, url: `${origin}/live?tab=1` });
  });

  test("the public page leads nowhere else, whatever its address says", async () => {
    const { browser, origin } = await testDemo(platform);
    for (const query of ["?returnTo=https://evil.example/", "?returnTo=//evil.example", '?returnTo="><script>', "?returnTo=a&returnTo=b", ""]) {
      const { text } = await browser.open(`/welcome${query}`);
      expect(text).not.toMatch(/<script>|href="(?:https:)?\/\/evil/);
      const [, link = ""] = /class="button primary" href="([^"]+)"/.exec(text) ?? [];
      expect(await browser.open(link.replaceAll("&amp;", "&"))).toMatchObject({ url: expect.stringMatching(`^${origin}/`) as string });
    }
  });

  test("to Mira the first page says who she is, what plays, what she likes, how the connection stands, and what the job heard", async () => {
    const { browser, origin } = await testDemo(platform);
    const page = await browser.open(login);
    expect(page).toMatchObject({ status: 200, url: `${origin}/` });
    for (const words of [
      "Signed in as Mira Sandoval",
      "Left of this track",
      "Postcard Rain",
      'data-phase="active"',
      "Spotify ends it on",
      "It has not looked yet",
    ])
      expect(page.text).toContain(words);
    expect(page.headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie", "content-type": "text/html; charset=utf-8" });
    expect((await browser.submit("/away/look")).text).toContain("Half a Moon");
  });

  test("every answer carries the security headers, and a page names nothing elsewhere that a browser would load", async () => {
    const { browser, origin } = await testDemo(platform);
    await browser.open(login);
    for (const path of [...pages, ...routes]) {
      for (const cookie of ["", browser.cookie()]) {
        const leaving = new AbortController();
        const answer = await fetch(origin + path, { headers: { cookie, accept: "text/html" }, redirect: "manual", signal: leaving.signal });
        const { headers } = answer;
        expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("referrer-policy")).toMatch(/^(same-origin|no-referrer)$/);
        expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
        expect(headers.get("strict-transport-security")).toBeNull();
        expect(headers.get("x-powered-by")).toBeNull();
        const isPage = headers.get("content-type")?.startsWith("text/html") === true && answer.status !== 401;
        const text = isPage ? await answer.text() : "";
        const loads = [...text.matchAll(/<(?:script|link|img|iframe|source|video|audio)[^>]*(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
        expect(loads.length > 0).toBe(isPage);
        expect(loads.every((url) => url?.startsWith("/"))).toBe(true);
        expect(text).not.toMatch(/ style="|<style|onclick=/);
        leaving.abort();
      }
    }
  });

  test("a page that needs more asks once and comes back; a script is told where to ask, and Spotify hears nothing meanwhile", async () => {
    const { browser, emulator, origin } = await testDemo(platform);
    await browser.open(login);
    const before = emulator.log.length;
    expect(await browser.call("/recent")).toMatchObject({ status: 403, text: expect.stringContaining("scope=user-read-recently-played") as string });
    expect(emulator.log).toHaveLength(before);
    for (let visits = 0; visits < 2; visits++) expect(await browser.open("/recent")).toMatchObject({ status: 200, url: `${origin}/recent` });
    expect(emulator.authorizations.map(({ asked }) => asked.includes("user-read-recently-played"))).toEqual([false, true]);
  });

  test("while Spotify is down: a page in the demo's words that knows the button, problems for programs, and sessions are ended all the same", async () => {
    const { browser, clock, origin } = await testDemo(platform);
    await browser.open(login);
    const other = createBrowser(origin);
    await other.open(login);
    await browser.submit("/demo/break");
    const page = await browser.submit("/demo/expire");
    expect(page.status).toBe(503);
    expect(Number(page.headers["retry-after"])).toBeGreaterThan(0);
    for (const words of ["Spotify cannot be reached right now", "You are still signed in", "Mend the token endpoint"]) expect(page.text).toContain(words);
    expect(await browser.call("/me")).toMatchObject({ status: 503, text: expect.stringContaining("temporarily_unavailable") as string });

    const account = await browser.open("/account");
    expect(account.status).toBe(200);
    expect(await browser.submit(endings(account.text)[0] ?? "")).toMatchObject({ status: 200, url: `${origin}/account` });
    expect(await other.call("/account")).toMatchObject({ status: 401 });

    await browser.submit("/demo/mend");
    clock.advance(60_000);
    expect(await browser.open("/")).toMatchObject({ status: 200 });
  });

  test("all other sessions are ended together; renewing is offered in the last month and comes back", async () => {
    const { browser, clock, emulator, origin } = await testDemo(platform);
    const others = [createBrowser(origin), createBrowser(origin)];
    for (const each of [browser, ...others]) await each.open(login);
    expect(endings((await browser.submit("/account/sessions/end-others")).text)).toEqual([]);
    for (const other of others) expect(await other.call("/me")).toMatchObject({ status: 401 });
    clock.advance(165 * dayMs);
    const [, link = ""] = /href="([^"]+)">Renew now/.exec((await browser.open("/account")).text) ?? [];
    expect(await browser.open(link.replaceAll("&amp;", "&"))).toMatchObject({ status: 200, url: `${origin}/account` });
    expect(emulator.authorizations).toHaveLength(4);
  });

  test("forms obey our own pages only", async () => {
    const { browser, origin, clock } = await testDemo(platform);
    await browser.open(login);
    const before = clock.now();
    const strangers = [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "same-site" },
    ];
    const cookie = browser.cookie();
    for (const path of forms) {
      for (const headers of strangers) {
        const answer = await fetch(origin + path, { method: "POST", headers: { ...(headers as Record<string, string>), cookie }, redirect: "manual" });
        expect([path, answer.status]).toEqual([path, 403]);
      }
      expect([path, (await fetch(origin + path, { headers: { cookie } })).status]).toEqual([path, 404]);
    }
    expect(clock.now() - before).toBeLessThan(60_000);
    expect(await browser.call("/me")).toMatchObject({ status: 200 });
  });

  test("a form of nobody's is refused, with a page for people", async () => {
    const { browser } = await testDemo(platform);
    for (const path of ["/account/sessions/end-others", "/away/look"]) {
      expect(await browser.submit(path)).toMatchObject({ status: 401, text: expect.stringContaining("You are not signed in") as string });
    }
  });

  test("what fails in the app is a page with a reference, what is wrong with a request a word; no stack either way", async () => {
    const said: string[] = [];
    const { app, browser, origin } = await testDemo(platform, undefined, { log: (line) => said.push(line) });
    await browser.open(login);
    app.get(Looks).forget = () => {
      throw new Error("a secret place");
    };
    const page = await browser.submit("/account/disconnect");
    expect(page.status).toBe(500);
    expect(page.text).toContain("Something went wrong here");
    expect(page.text).not.toMatch(/a secret place|\bat .+:\d+:\d+/);
    const [, reference = "?"] = /Reference: <code>(\w+)/.exec(page.text) ?? [];
    expect(said.join("\n")).toContain(`${reference} Error: a secret place`);

    const headers = { "content-type": "application/json", cookie: browser.cookie(), origin };
    const answer = await fetch(`${origin}/away/look`, { method: "POST", headers, body: "{" });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/\bat .+:\d+:\d+|JSON/);
    const large = await fetch(`${origin}/away/look`, { method: "POST", headers, body: JSON.stringify("x".repeat(2_000_000)) });
    expect(large.status).toBe(413);
    expect(await browser.open("/nothing-here")).toMatchObject({ status: 404, text: expect.stringContaining("There is no such page") as string });
  });

  test("the last request is answered before the app ends", async () => {
    const gate = gateBefore("/v1/me");
    const { browser, close } = await testDemo(platform);
    await browser.open(login);
    const waiting = gate.shut();
    const answer = browser.call("/me");
    await waiting;
    const closed = close();
    await expect.poll(() => browser.call("/welcome").catch(() => "refused"), { timeout: 10_000 }).toBe("refused");
    gate.open();
    expect(await answer).toMatchObject({ status: 200, text: expect.stringContaining("Mira Sandoval") as string });
    await closed;
  });

  test("the trail sends what is new, to whoever is signed in, and does not hold up the end", async () => {
    const { browser, clock, origin, close } = await testDemo(platform);
    expect(await browser.call("/trail")).toMatchObject({ status: 401 });
    const page = await browser.open(login);
    const last = /data-last="(\d+)"/.exec(page.text)?.[1];
    const stream = await fetch(`${origin}/trail?after=${last}`, { headers: { cookie: browser.cookie() } });
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    clock.advance(hourMs);
    await browser.call("/me");
    const reader = stream.body?.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (!/event: connection[^]*data-phase="active"/.test(text) || !text.includes("Refreshed")) text += decoder.decode((await reader?.read())?.value);
    expect(text).not.toContain("Signed in");
    const startedAt = performance.now();
    await close();
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
