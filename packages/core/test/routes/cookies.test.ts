import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import { readCookie, setCookie } from "../../src/routes/cookies.js";
import { fastestMs, SESSION, world, type World } from "./world.js";

describe("a Set-Cookie of ours (S-043)", () => {
  it("deletions included, is HttpOnly, SameSite=Lax, Secure, Path=/, short and without Domain", async () => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    await browser.begin();
    await browser.visit("/auth/spotify/callback?code=a&state=x");
    await browser.submit("/auth/spotify/logout");
    await browser.signIn();
    await browser.submit("/auth/spotify/disconnect");
    const lines = setCookies(here);
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter((line) => line.includes("=;")).length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line).toMatch(/^__Host-refrain(-tx)?=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
      expect(Number(/Max-Age=(\d+)/.exec(line)?.[1])).toBeLessThanOrEqual(400 * 86_400);
      expect(line.split(";")[0]?.length).toBeLessThanOrEqual(4096);
    }
  });

  it("on http loopback carries the port in its name and is not Secure (D5)", async () => {
    const here = world({ redirectUri: "http://127.0.0.1:3000/auth/spotify/callback" });
    await here.browser().signIn();
    const lines = setCookies(here);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^refrain-3000(-tx)?=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it.each([
    ["by default 30 days", {}, 30 * 86_400],
    ["strict, 24 hours", { session: "strict" as const }, 86_400],
    ["as asked", { session: { absoluteMs: 90_500, idleMs: 60_000 } }, 91],
  ])("says how long the session lasts in all: %s", async (_what, options, seconds) => {
    const here = world(options);
    await here.browser().signIn();
    expect(setCookies(here).find((line) => line.startsWith(`${SESSION}=`))).toContain(`; Max-Age=${seconds};`);
  });

  it("there are at most two of them (S-044)", async () => {
    const browser = world().browser();
    await browser.signIn();
    await browser.begin();
    expect(browser.jar.size).toBe(2);
  });

  it("that browsers would drop for its size is an error, not a loss (S-044)", () => {
    const cookie = { name: "n", maxAgeMs: 1, secure: true };
    expect(setCookie({ ...cookie, value: "v".repeat(4095) })).toContain("vvv");
    expect(() => setCookie({ ...cookie, value: "v".repeat(4096) })).toThrow(ConfigurationError);
  });
});

describe("reading a cookie", () => {
  it.each([
    ["nothing", null, null],
    ["an empty header", "", null],
    ["another cookie", "other=1", null],
    ["the cookie", "name=value", "value"],
    ["the cookie among others", "a=1; name=value; b=2", "value"],
    ["no blanks between", "a=1;name=value;b=2", "value"],
    ["tabs between", "a=1;\tname=value\t;b=2", "value"],
    ["an empty value", "name=", null],
    ["the bare name", "name", null],
    ["a value with =", "name=a=b", null],
    ["a value with a blank", "name=a b", null],
    ["a value with CR", "name=a\rb", null],
    ["a name after a line feed", "x=1\nname=value", null],
    ["the name as another's value", "x=name; y=name=value", null],
    ["a malformed neighbour", ";;==;%;name=value;=", "value"],
    ["__proto__ as a neighbour", "__proto__=x; name=value", "value"],
  ])("from %s", (_what, header, value) => expect(readCookie(header, "name")).toBe(value));

  it.each([
    "=".repeat(100_000),
    `${";".repeat(500_000)}other=`,
    `${";".repeat(50_000)}${" ".repeat(50_000)}=`,
    "; ".repeat(100_000),
    `${" ".repeat(100_000)}name`,
    `name=${" ".repeat(100_000)}x `,
    `name=${"a ".repeat(50_000)}`,
  ])("from %#, much noise, takes under 50 ms (V-029)", async (header) => {
    expect(readCookie(`${header}name`, "name")).toBeNull();
    expect(await fastestMs(() => readCookie(`${header}name`, "name"))).toBeLessThan(50);
  });
});

function setCookies({ answers }: World): readonly string[] {
  return answers.flatMap(({ headers }) => headers.filter(([name]) => name === "set-cookie").map(([, value]) => value));
}
