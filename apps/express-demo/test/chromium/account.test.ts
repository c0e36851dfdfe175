import { allow, press, signIn, useChromium } from "demo-kit/chromium";
import { dayMs } from "demo-kit/test-demo";
import { describe, expect, test } from "vitest";
import { testDemo } from "../support/demo.js";

const open = useChromium();

describe.each([true, false])("with JavaScript %s", { timeout: 30_000 }, (javaScriptEnabled) => {
  test("ending another browser's session: it is signed out, this one is not", async () => {
    const { origin } = await testDemo({});
    const [{ page, complaints }, { page: other }] = [await open({ javaScriptEnabled }), await open({ javaScriptEnabled })];
    await signIn(other, origin);
    await signIn(page, origin);
    await page.getByRole("navigation").getByRole("link", { name: "Account" }).click();
    await page.getByRole("cell", { name: "This browser" }).waitFor();
    await press(page, "End the session");
    await page.getByText("You are signed in nowhere else.").waitFor();
    await other.reload();
    await other.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("signing out everywhere else", async () => {
    const { origin } = await testDemo({});
    const [{ page }, ...others] = [await open({ javaScriptEnabled }), await open({ javaScriptEnabled }), await open({ javaScriptEnabled })];
    for (const window of [{ page }, ...others]) await signIn(window.page, origin);
    await page.goto(`${origin}/account`);
    await press(page, "Sign out everywhere else");
    expect(await page.getByRole("button", { name: "End the session" }).count()).toBe(0);
    for (const { page: other } of others) {
      await other.reload();
      await other.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    }
  });

  test("one permission more: denied leads to a page that helps and no further; granted leads back to the page", async () => {
    const { origin, emulator } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    const visits = (): number => emulator.log.filter(({ endpoint, method }) => endpoint === "authorize" && method === "GET").length;
    await page.getByRole("link", { name: "What you played recently" }).click();
    await page.getByRole("button", { name: "Deny" }).waitFor();
    const before = visits();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "You did not allow the sign-in" }).waitFor();
    await page.getByText("You are still signed in, and nothing was changed.").waitFor();
    expect(visits()).toBe(before);

    await page.getByRole("link", { name: "Start again" }).click();
    await allow(page);
    await page.getByRole("heading", { name: "What you played recently" }).waitFor();
    expect(page.url()).toBe(`${origin}/recent`);
    await page.reload();
    expect(visits()).toBe(before + 1);
    expect(complaints).toEqual([]);
  });

  test("five days before the consent ends the next page renews it and is the same page", async () => {
    const { origin, clock, emulator } = await testDemo({});
    const { page, complaints } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await press(page, "Five days before the consent ends");
    await page.getByText("Spotify: bounced").waitFor();
    expect(emulator.authorizations).toMatchObject([{ silent: false }, { silent: true }]);

    clock.advance(179 * dayMs);
    await page.goto(`${origin}/live`);
    await page.getByRole("heading", { name: "Playing live" }).waitFor();
    expect(page.url()).toBe(`${origin}/live`);
    expect(emulator.authorizations).toHaveLength(3);
    await page.getByRole("navigation").getByRole("link", { name: "Account" }).click();
    await page.getByText(/^18\d days$/).waitFor();
    expect(complaints).toEqual([]);
  });

  test("renewing by hand in the last month", async () => {
    const { origin, clock, emulator } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    clock.advance(165 * dayMs);
    await page.goto(`${origin}/account`);
    await page.getByRole("link", { name: "Renew now" }).click();
    await page.getByText(/^18\d days$/).waitFor();
    expect(page.url()).toBe(`${origin}/account`);
    expect(await page.getByRole("link", { name: "Renew now" }).count()).toBe(0);
    expect(emulator.authorizations).toHaveLength(2);
  });

  test("after six months the next page passes through Spotify and is the same page", async () => {
    const { origin, clock, emulator } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await press(page, "Let six months pass");
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    await page.getByText("Consent needed").waitFor();
    expect(emulator.authorizations).toHaveLength(2);

    // Whom Spotify no longer knows as having agreed is asked with a click.
    clock.advance(185 * dayMs);
    emulator.revoke("mira");
    await page.goto(`${origin}/live`);
    await allow(page);
    await page.getByRole("heading", { name: "Playing live" }).waitFor();
    expect(page.url()).toBe(`${origin}/live`);
    expect(emulator.authorizations.at(-1)).toMatchObject({ silent: false });
  });

  test("a permission taken back and given again", async () => {
    const { origin } = await testDemo({});
    const { page } = await open({ javaScriptEnabled });
    await signIn(page, origin);
    await press(page, "Take a permission back");
    await page.getByText("Spotify no longer lets this app see this.").waitFor();
    await page.getByRole("link", { name: "Allow it again" }).click();
    await allow(page);
    await page.getByRole("heading", { name: "Signed in as Mira Sandoval" }).waitFor();
    expect(await page.getByText("Spotify no longer lets this app see this.").count()).toBe(0);
  });

  test("disconnecting erases: nobody here, nobody in the other browser", async () => {
    const { origin } = await testDemo({});
    const [{ page, complaints }, { page: other }] = [await open({ javaScriptEnabled }), await open({ javaScriptEnabled })];
    await signIn(other, origin);
    await signIn(page, origin);
    await page.goto(`${origin}/account`);
    await press(page, "Disconnect Spotify");
    await page.getByRole("heading", { name: "This app is disconnected from Spotify" }).waitFor();
    expect(await page.getByRole("link", { name: "Remove the app at Spotify" }).getAttribute("href")).toBe("https://www.spotify.com/account/apps/");
    await page.getByRole("link", { name: "Continue" }).click();
    for (const each of [page, other]) {
      await each.goto(origin);
      await each.getByRole("link", { name: "Sign in with Spotify" }).waitFor();
    }
    expect(complaints).toEqual([]);
  });
});
