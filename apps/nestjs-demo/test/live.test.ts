import { hourMs, login } from "demo-kit/test-demo";
import { describe, expect, test } from "vitest";
import { platforms, testDemo } from "./support/demo.js";
import { openLive } from "./support/live-socket.js";

const path = "/v1/me/player/currently-playing";

describe.each(platforms)("the gateway on %s", { timeout: 30_000 }, (platform) => {
  test("streams what plays, over the end of a token, and ends with the session", async () => {
    const demo = await testDemo(platform, { autoConsent: "mira", refresh: "family" });
    await demo.browser.open(login);
    const socket = await openLive(demo, demo.browser.cookie());
    const first = await socket.hear();
    expect(first).toMatchObject({ event: "playing", data: { is_playing: true } });
    demo.clock.advance(hourMs);
    expect(await socket.hear()).toMatchObject({ event: "playing" });
    expect(demo.refreshes()).toBe(1);
    await demo.browser.submit("/auth/spotify/logout");
    expect(await socket.closed).toBe(4401);
  });

  test("tells nobody anything, and pages of other origins still less", async () => {
    const demo = await testDemo(platform);
    await demo.browser.open(login);
    const nobody = await openLive(demo, "");
    expect(await nobody.hear()).toMatchObject({ event: "exception", data: { code: "not_authenticated" } });
    const foreign = await openLive({ ...demo, origin: demo.origin.replace("127.0.0.1", "localhost") }, demo.browser.cookie());
    expect(await foreign.closed).toBe(4403);
  });

  test("does not hold up the end", async () => {
    const demo = await testDemo(platform);
    await demo.browser.open(login);
    const socket = await openLive(demo, demo.browser.cookie());
    await socket.hear();
    const startedAt = performance.now();
    await demo.close();
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(await socket.closed).toBe(1006);
  });
});

test("a rate limit is told and waited out for as long as Spotify says", { timeout: 30_000 }, async () => {
  const demo = await testDemo("express");
  await demo.browser.open(login);
  const mend = demo.emulator.fault({ on: "api", path, kind: "rate-limit", retryAfter: 3 });
  const socket = await openLive(demo, demo.browser.cookie());
  expect(await socket.hear()).toEqual({ event: "outage", data: { slower: true } });
  const toldAt = performance.now();
  mend();
  expect(await socket.hear()).toMatchObject({ event: "playing" });
  expect(performance.now() - toldAt).toBeGreaterThan(2500);
});

test("a permission that is taken back ends the stream, with what to do next", { timeout: 30_000 }, async () => {
  const demo = await testDemo("express");
  await demo.browser.open(login);
  const socket = await openLive(demo, demo.browser.cookie());
  await socket.hear();
  demo.emulator.withdrawScopes("mira", ["user-read-currently-playing"]);
  expect(await socket.hear()).toMatchObject({ event: "exception", data: { code: "missing_scopes", missing: ["user-read-currently-playing"] } });

  // Once a refresh has told, whoever comes again is turned away without a call.
  demo.clock.advance(hourMs);
  await demo.browser.call("/me");
  const calls = demo.emulator.log.length;
  expect(await (await openLive(demo, demo.browser.cookie())).hear()).toMatchObject({ event: "exception", data: { code: "missing_scopes" } });
  expect(demo.emulator.log).toHaveLength(calls);
});
