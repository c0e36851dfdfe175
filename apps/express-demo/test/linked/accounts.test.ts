import { readFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { usersFile } from "../../src/linked/linked-mode.js";
import { returnUrl } from "../../src/linked/return-url.js";
import { passwordOf, testLinked } from "../support/linked.js";

// Each test starts an app, which hashes passwords at their full price.
vi.setConfig({ testTimeout: 30_000 });

const someone = { name: "Ines Moreau", password: "long-enough" };

describe("signing up and in", () => {
  test("whoever signs up is signed in, out, and in again", async () => {
    const { browser, origin } = await testLinked();
    expect(await browser.submit("/sign-up", someone)).toMatchObject({
      status: 200,
      url: `${origin}/`,
      text: expect.stringContaining("Signed in as Ines Moreau") as string,
    });
    expect(await browser.submit("/sign-out")).toMatchObject({ status: 200, url: `${origin}/sign-in` });
    expect((await browser.open("/")).url).toBe(`${origin}/sign-in`);
    expect((await browser.submit("/sign-in", { ...someone, name: "ines moreau" })).text).toContain("Signed in as Ines Moreau");
  });

  test.each([
    ["a wrong password", "/sign-in", { name: "Robin", password: "chorus-once" }, "do not go together"],
    ["a name that nobody has", "/sign-in", { name: "Nobody", password: "chorus-twice" }, "do not go together"],
    ["nothing at all", "/sign-in", {}, "do not go together"],
    ["a name that is taken, in other letters", "/sign-up", { ...someone, name: " ROBIN " }, "This name is taken"],
    ["a short password", "/sign-up", { ...someone, password: "1234567" }, "8 to 100 characters"],
    ["a name of markup", "/sign-up", { ...someone, name: "<b>x</b>" }, "A name has"],
    ["no name", "/sign-up", { ...someone, name: "  " }, "A name has"],
  ] as const)("%s: the form again with a sentence, and nobody is signed in", async (_what, path, fields, words) => {
    const { browser, origin } = await testLinked();
    const page = await browser.submit(path, fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain(words);
    expect(page.text).not.toContain("<b>");
    if ("name" in fields && fields.name === "Robin") expect(page.text).toContain('value="Robin"');
    expect(browser.cookie()).toBe("");
    expect((await browser.open("/")).url).toBe(`${origin}/sign-in`);
  });

  test("it leads back to the page that asked, through Spotify if need be", async () => {
    const { browser, origin, emulator } = await testLinked();
    const asked = await browser.open("/me");
    expect(asked.url).toBe(`${origin}/sign-in?returnTo=%2Fme`);
    expect(asked.text).toContain('action="/sign-in?returnTo=%2Fme"');
    expect(asked.text).toContain('href="/sign-up?returnTo=%2Fme"');
    const spotify = await browser.submit("/sign-in?returnTo=%2Fme", { name: "Robin", password: passwordOf("Robin") });
    expect(await browser.open((await emulator.approve(spotify.url, { user: "mira" })).href)).toMatchObject({ status: 200, url: `${origin}/me` });
  });

  test("who is signed in is not asked again", async () => {
    const { enter, origin } = await testLinked();
    expect((await enter("Robin").open("/sign-in?returnTo=/nothing")).url).toBe(`${origin}/nothing`);
  });
});

test.each([
  ["/me?a=b", "https://app.example/me?a=b"],
  ["", "https://app.example/"],
  [undefined, "https://app.example/"],
  [["/me"], "https://app.example/"],
  ["me", "https://app.example/"],
  ["https://evil.example/", "https://app.example/"],
  ["//evil.example/", "https://app.example/"],
  ["/\\evil.example/", "https://app.example/"],
  ["/\t/evil.example/", "https://app.example/"],
  ["/.//evil.example/", "https://app.example//evil.example/"],
  ["javascript:alert(1)", "https://app.example/"],
])("asked for %j, signing in leads to %s", (asked, url) => {
  expect(returnUrl(asked, "https://app.example")).toBe(url);
});

describe("the app's own session", () => {
  test("is a cookie that scripts cannot read and other sites' forms do not send, and the port is in its name", async () => {
    const { origin } = await testLinked();
    const answer = await fetch(`${origin}/sign-in`, {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams({ name: "Robin", password: passwordOf("Robin") }),
      redirect: "manual",
    });
    const port = new URL(origin).port;
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(new RegExp(`^demo-session-${port}=[\\w-]{43}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax$`)),
    ]);
  });

  test("ends at sign-out on the server, after a week by itself, and at the next sign-in in the same browser", async () => {
    const { enter, clock, origin } = await testLinked();
    const [robin, kim] = [enter("Robin"), enter("Kim")];
    const [left, replaced] = [robin.cookie(), kim.cookie()];
    await robin.submit("/sign-out");
    await kim.submit("/sign-in", { name: "Robin", password: passwordOf("Robin") });
    expect((await kim.open("/")).text).toContain("Signed in as Robin");
    const asks = async (cookie: string): Promise<string> => {
      robin.useCookie(cookie);
      return (await robin.open("/")).url;
    };
    for (const cookie of [left, replaced, `demo-session-${new URL(origin).port}=x`]) expect(await asks(cookie)).toBe(`${origin}/sign-in`);
    const late = kim.cookie();
    expect(await asks(late)).toBe(`${origin}/`);
    clock.advance(7 * 86_400_000);
    expect(await asks(late)).toBe(`${origin}/sign-in`);
  });

  test("is another browser's no business: pages are for one browser only", async () => {
    const { enter, origin } = await testLinked();
    expect((await enter("Robin").open("/")).headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
    expect((await fetch(`${origin}/sign-in`)).headers.get("cache-control")).toBe("private, no-store");
  });

  test("neither passwords nor cookies are in the database", async () => {
    const { enter, browser, grants } = await testLinked();
    await browser.submit("/sign-up", someone);
    const cookies = [browser.cookie(), enter("Robin").cookie()].map((cookie) => cookie.slice(cookie.indexOf("=") + 1));
    const file = usersFile(grants);
    const bytes = Buffer.concat([await readFile(file), await readFile(`${file}-wal`)]).toString("latin1");
    expect(bytes).toContain("Ines Moreau");
    for (const secret of [someone.password, passwordOf("Robin"), ...cookies]) {
      expect(secret.length).toBeGreaterThan(8);
      expect(bytes).not.toContain(secret);
    }
  });
});

describe("forms obey our own pages only", () => {
  test.each(["/sign-in", "/sign-up", "/sign-out", "/look", "/demo/expire"])("%s", async (path) => {
    const { origin, enter } = await testLinked();
    const robin = enter("Robin");
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await fetch(origin + path, {
        method: "POST",
        headers: { ...(headers as Record<string, string>), cookie: robin.cookie() },
        body: new URLSearchParams({ name: "Kim", password: passwordOf("Kim") }),
        redirect: "manual",
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await robin.open("/")).text).toContain("Signed in as Robin");
  });
});

test.each(["/sign-in", "/sign-up", "/nothing-here", "/style.css", "/me"])("%s carries the security headers", async (path) => {
  const { origin } = await testLinked();
  const { headers } = await fetch(origin + path);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(headers.get("x-powered-by")).toBeNull();
});
