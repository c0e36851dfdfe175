import { describe, expect, it } from "vitest";
import { FORM, NAVIGATION, SCRIPT, SESSION, SIGN_INS, world } from "./world.js";

const ROUTE = "/auth/spotify/session";

describe("session", () => {
  it("says nobody to somebody unknown and sets nothing (S-057)", async () => {
    const here = world();
    const browser = here.browser();
    here.store = "down";
    const response = await browser.request("GET", ROUTE, SCRIPT);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ signedIn: false });
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it("says exactly this much of who is signed in (S-057)", async () => {
    const here = world({ scopes: ["user-top-read"] });
    const browser = here.browser();
    await browser.signIn();
    const response = await browser.request("GET", ROUTE, SCRIPT);
    const grant = await here.grantOf("account-ada");
    expect(await response.json()).toEqual({
      signedIn: true,
      user: { id: "account-ada" },
      scopes: ["user-top-read"],
      phase: "active",
      expiresAt: grant?.access.expiresAt,
      reauthorizeBy: grant?.reauthorizeBy,
    });
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it.each(["GET by a script", "GET by a navigation"])("is for one browser only and never kept: %s (S-055, V-010)", async (who) => {
    const browser = world().browser();
    await browser.signIn();
    const response = await browser.request("GET", ROUTE, who.endsWith("script") ? SCRIPT : NAVIGATION);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(response.headers.get("vary")).toBe("Cookie");
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });

  it("answers 503 while the store cannot say, and never 401 (F-001)", async () => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    here.store = "down";
    const response = await browser.request("GET", ROUTE, SCRIPT);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it.each(["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s is 405", async (method) => {
    const response = await world().browser().request(method, ROUTE, FORM);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  describe("takes nothing for a session cookie that is none", () => {
    it.each([
      ["the transaction cookie's value (V-006)", (own: string, tx: string) => `${SESSION}=${tx}`],
      ["the cookie twice (V-033)", (own: string) => `${SESSION}=${own}; ${SESSION}=${own}`],
      ["the cookie beside a planted one (V-033)", (own: string) => `${SESSION}=planted; ${SESSION}=${own}`],
      ["the cookie before a planted one (V-033)", (own: string) => `${SESSION}=${own}; ${SESSION}=`],
      ["U+00A0 before the name (V-028)", (own: string) => `\u00a0${SESSION}=${own}`],
      ["a vertical tab before the name (V-028)", (own: string) => `x=1;\v${SESSION}=${own}`],
      ["a form feed before the name (V-028)", (own: string) => `x=1;\f${SESSION}=${own}`],
      ["a name in other letters", (own: string) => `${SESSION.toLowerCase()}=${own}`],
      ["a longer name", (own: string) => `x${SESSION}=${own}`],
      ["quotes around the value", (own: string) => `${SESSION}="${own}"`],
      ["a value with more behind", (own: string) => `${SESSION}=${own}x`],
      ["a value cut short", (own: string) => `${SESSION}=${own.slice(0, -1)}`],
      ["a value in percent signs", (own: string) => `${SESSION}=%${own}`],
      ["only the key", (own: string) => `${SESSION}=${own.slice(0, 43)}`],
      ["the key and another secret", (own: string) => `${SESSION}=${own.slice(0, 44)}${"s".repeat(43)}`],
      ["5000 characters", (own: string) => `${SESSION}=${own}${"x".repeat(5000)}`],
      ["a comma for a semicolon", (own: string) => `x=1, ${SESSION}=${own}`],
    ])("%s", async (_what, cookie) => {
      const here = world();
      const browser = here.browser();
      await browser.signIn();
      const own = browser.jar.get(SESSION) ?? "";
      await browser.begin();
      const asked = here.browser();
      const response = await asked.request("GET", ROUTE, { cookie: cookie(own, browser.jar.get(SIGN_INS) ?? "") });
      expect(await response.json()).toEqual({ signedIn: false });
      expect(await (await asked.request("GET", ROUTE, { cookie: `a=b;\t${SESSION}=${own} ;c="d"` })).json()).toMatchObject({ signedIn: true });
    });
  });

  it("ends idle and in all, to the second (S-052)", async () => {
    const here = world({ session: "strict" });
    const browser = here.browser();
    await browser.signIn();
    const signedIn = async (): Promise<unknown> => ((await (await browser.request("GET", ROUTE)).json()) as { signedIn: unknown }).signedIn;
    here.clock.jump(3_599_000);
    expect(await signedIn()).toBe(true);
    await here.clock.advance(50);
    here.clock.jump(3_600_001);
    expect(await signedIn()).toBe(false);
  });
});
