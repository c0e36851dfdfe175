import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser, navigation, script } from "client-kit/browser";
import { type Fleet, layTrap, nameOf, startFleet } from "./fleet.js";
import type { Step } from "./traps.js";

let fleet: Fleet;
let signedIn = 0;
beforeAll(async () => {
  fleet = await startFleet({ processes: 2, users: 12, refresh: "non-rotating", trapped: true });
}, 60_000);
afterAll(() => fleet.close());

/** Kills the process in which this user's request reaches the step; another takes its place. */
async function killAt(step: Step, user: string, request: () => Promise<{ status: number }>): Promise<void> {
  const before = [...fleet.running];
  await layTrap(fleet, { visitor: user, step, fate: "kill", ticket: fleet.path(`ticket ${user}`) });
  expect(await request()).toMatchObject({ status: 502 });
  expect(await Promise.race(before.map(({ ended }) => ended))).toBe("SIGKILL");
  await fleet.start();
}

describe("F-013 the process of a callback is killed", () => {
  it.each<[string, Step, number]>([
    ["before the sign-in is marked as used: the page may be loaded again", "before swap 1", 303],
    ["when the sign-in is marked as used", "after swap 1", 400],
    ["before the code is sent", "before fetch 1", 400],
    ["when the code was exchanged", "after fetch 1", 400],
    ["when it knows who the user is", "after fetch 2", 400],
    ["before the session is stored", "before swap 2", 400],
    ["when the session is stored, before the browser hears of it", "after swap 2", 400],
  ])("%s", { timeout: 60_000 }, async (_, step, reloaded) => {
    const user = nameOf(signedIn++);
    const headers = { ...navigation, "x-visitor": user };
    const browser = createBrowser(fleet.origin);
    const toSpotify = await browser.fetch("/auth/spotify/login?returnTo=/me", { headers });
    const { pathname, search } = await fleet.emulator.approve(toSpotify.headers.location ?? "", { user });
    await killAt(step, user, () => browser.fetch(pathname + search, { headers }));
    expect(await browser.fetch("/me", { headers: script })).toMatchObject({ status: 401 });

    const again = await browser.fetch(pathname + search, { headers });
    expect(again.status).toBe(reloaded);
    expect(again.headers["content-type"] ?? "").toMatch(reloaded === 400 ? /^text\/html/ : /^$/);
    expect((await browser.fetch("/me", { headers: script })).status).toBe(reloaded === 400 ? 401 : 200);
    // The code goes to Spotify once at most (I8); a new sign-in heals everything.
    expect(fleet.emulator.tokenCalls({ user, grantType: "authorization_code" })).toBeLessThanOrEqual(1);
    expect(await (await fleet.signIn(user)).ask()).toMatchObject({ status: 200 });
  });
});

describe("F-013 the process of a logout is killed", () => {
  it.each<[string, Step, number]>([
    ["before the session is erased: the user sees the failure, and the next try works", "before swap 1", 200],
    ["when the session is erased: it is", "after swap 1", 401],
  ])("%s", { timeout: 60_000 }, async (_, step, status) => {
    const visitor = await fleet.signIn(nameOf(signedIn++));
    const logout = () =>
      createBrowser(fleet.origin).fetch("/auth/spotify/logout", { method: "POST", headers: { cookie: visitor.cookie, "x-visitor": visitor.user } });
    await killAt(step, visitor.user, logout);
    expect(await visitor.ask()).toMatchObject({ status });
    expect(await logout()).toMatchObject({ status: 204 });
    expect(await visitor.ask()).toMatchObject({ status: 401 });
  });
});
