import { Controller, Get, UseGuards } from "@nestjs/common";
import { memoryStore, type SpotifySession } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import { describe, expect, test } from "vitest";
import { Spotify, SpotifyGuard } from "../src/index.js";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

const hourMs = 3_600_000;

@Controller()
@UseGuards(SpotifyGuard)
class Me {
  @Get("me")
  async me(@Spotify() spotify: SpotifySession): Promise<unknown> {
    return spotify.json("/v1/me");
  }
}

const stores = [["memory", () => memoryStore()] as const, ["SQLite", () => sqliteStore(":memory:")] as const];
const stages = platforms.flatMap(([name, platform]) => stores.map(([where, store]) => [`${name}, ${where}`, platform, store] as const));

describe.each(stages)("%s: when the token expires", (_, platform, store) => {
  const set = (): Promise<Stage> => stage(platform, { controllers: [Me], store: store() });
  const refreshes = ({ emulator }: Stage): number => emulator.tokenCalls({ grantType: "refresh_token" });

  test.each([2, 20])("%i requests at once: one refresh, every one is answered", async (count) => {
    const on = await set();
    await on.browser.open("/me");
    await on.clock.advance(hourMs);
    const answers = await Promise.all(Array.from({ length: count }, () => on.browser.fetch("/me")));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.every(({ text }) => text.includes("Mira Sandoval"))).toBe(true);
    expect(refreshes(on)).toBe(1);
  });

  test("token endpoint down: a living token is served, then 503 with Retry-After, then it goes on by itself", async () => {
    const on = await set();
    await on.browser.open("/me");
    const mend = on.emulator.fault({ on: "token", kind: "status", status: 503 });
    await on.clock.advance(hourMs - 150_000);
    expect(await on.browser.fetch("/me")).toMatchObject({ status: 200 });
    await on.clock.advance(150_000);
    for (let count = 0; count < 5; count++) {
      const answer = await on.browser.fetch("/me");
      expect(answer.status).toBe(503);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    }
    const page = await on.browser.open("/me");
    expect(page.status).toBe(503);
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(refreshes(on)).toBeLessThanOrEqual(6);
    mend();
    await on.clock.advance(60_000);
    expect(await on.browser.fetch("/me")).toMatchObject({ status: 200 });
  });

  test("consent withdrawn: the navigation passes through Spotify and ends on the same page", async () => {
    const on = await set();
    await on.browser.open("/me");
    on.emulator.revoke("mira");
    await on.clock.advance(hourMs);
    const refused = await on.browser.fetch("/me");
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "reauthorization_required" });
    expect(await on.browser.open("/me?again")).toMatchObject({ status: 200, url: `${on.origin}/me?again` });
  });
});
