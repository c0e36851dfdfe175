import { SchedulerRegistry } from "@nestjs/schedule";
import { createBrowser } from "demo-kit/browser";
import { html } from "demo-kit/html";
import { hourMs, login } from "demo-kit/test-demo";
import { describe, expect, test } from "vitest";
import { AwayJob } from "../src/away/away-job.js";
import { Looks } from "../src/away/looks.js";
import { testDemo, type NestDemo } from "./support/demo.js";
import { gateBefore } from "./support/gate-before.js";
import { openLive } from "./support/live-socket.js";

const heard = ({ app }: NestDemo): readonly string[] => {
  const looks = app.get(Looks);
  return looks.users().flatMap((user) => looks.of(user).map((look) => look.heard));
};

describe("the job", { timeout: 30_000 }, () => {
  test("runs every minute", async () => {
    const { app } = await testDemo("express");
    const [first, second] = app.get(SchedulerRegistry).getCronJob("away").nextDates(2);
    expect(second?.diff(first ?? second).as("seconds")).toBe(60);
  });

  test("looks for users of whom no request comes, and refreshes their tokens", async () => {
    const demo = await testDemo("express");
    await demo.browser.open(login);
    demo.clock.advance(hourMs);
    await demo.tick();
    expect(heard(demo)).toEqual([expect.stringContaining(" · ")]);
    expect(demo.refreshes()).toBe(1);
    for (let minute = 0; minute < 4; minute++) await demo.tick();
    expect(heard(demo)).toHaveLength(3);
    expect((await demo.browser.open("/")).text).toContain(html`${heard(demo)[0] ?? "?"}`.markup);
  });

  test("passes over who has a live page open, until the last of them is closed", async () => {
    const demo = await testDemo("express");
    await demo.browser.open(login);
    const [one, two] = [await openLive(demo, demo.browser.cookie()), await openLive(demo, demo.browser.cookie())];
    for (const socket of [one, two]) expect(await socket.hear()).toMatchObject({ event: "playing" });
    await demo.tick();
    await one.leave();
    await demo.tick();
    expect(heard(demo)).toEqual([]);
    await two.leave();
    await expect.poll(() => demo.tick().then(() => heard(demo)), { timeout: 10_000 }).toHaveLength(1);
  });

  test("says what it met in place of music", async () => {
    const demo = await testDemo("express");
    await demo.browser.open(login);
    const mend = demo.emulator.fault({ on: "api", kind: "status", status: 503, path: "/v1/me/player/currently-playing" });
    await demo.tick();
    mend();
    demo.emulator.revoke("mira");
    demo.clock.advance(hourMs);
    await demo.tick();
    expect(heard(demo)).toEqual(["Spotify asks for consent again.", "Spotify did not answer."]);
  });

  test("forgets who is gone", async () => {
    const demo = await testDemo("express");
    await demo.browser.open(login);
    await demo.tick();
    expect(heard(demo)).toHaveLength(1);
    await demo.browser.submit("/auth/spotify/logout");
    await demo.tick();
    expect(demo.app.get(Looks).users()).toEqual([]);
    expect(heard(demo)).toEqual([]);
  });
});

test("when the app ends, the look that is under way is finished and no other begun", { timeout: 30_000 }, async () => {
  const gate = gateBefore("/v1/me/player/currently-playing");
  const demo = await testDemo("express");
  const looks = demo.app.get(Looks);
  await demo.browser.open(login);
  looks.meet("somebody who is gone");
  const waiting = gate.shut();
  const running = demo.tick();
  await waiting;
  let isOver = false;
  const ending = demo.app
    .get(AwayJob)
    .beforeApplicationShutdown()
    .then(() => (isOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  gate.open();
  await Promise.all([running, ending]);
  expect(heard(demo)).toHaveLength(1);
  expect(looks.users()).toHaveLength(2);
});

test("runs that meet are one, and who is forgotten while Spotify answers gets no look", { timeout: 30_000 }, async () => {
  const gate = gateBefore("/v1/me/player/currently-playing");
  const said: string[] = [];
  const demo = await testDemo("express", undefined, { log: (line) => said.push(line) });
  await demo.browser.open(login);
  const waiting = gate.shut();
  const running = [demo.tick(), demo.tick()];
  await waiting;
  await demo.browser.submit("/account/disconnect");
  gate.open();
  await Promise.all(running);
  expect(gate.count()).toBe(1);
  expect(said).toEqual([]);
  await demo.browser.open(login);
  expect(heard(demo)).toEqual([]);
});

test("disconnecting erases what was heard, at once and for whoever comes back", { timeout: 30_000 }, async () => {
  const demo = await testDemo("express");
  await demo.browser.open(login);
  await demo.tick();
  const other = createBrowser(demo.origin);
  await other.open(login);
  const page = await demo.browser.submit("/account/disconnect");
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining("is disconnected") as string });
  expect(await other.call("/me")).toMatchObject({ status: 401 });
  expect((await other.open(login)).text).toContain("It has not looked yet.");
});
