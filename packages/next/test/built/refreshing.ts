import { expect, test, vi } from "vitest";
import type { MainApp } from "../support/main-app.js";

const hourMs = 3_600_000;

/** One refresh, wherever it is asked for; and it ends although the answer is there. */
export function refreshing({ stage }: MainApp): void {
  const refreshes = (): number => stage().emulator.tokenCalls({ grantType: "refresh_token" });

  test("V-037 twenty parallel navigations at expiry: one refresh by a server component, and no cookie", async () => {
    const browser = await stage().signedIn("mira");
    stage().advance(hourMs);
    const before = refreshes();
    const pages = await Promise.all(Array.from({ length: 20 }, () => browser.open("/me")));
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(pages.every(({ text }) => text.includes("Hello, Mira Sandoval"))).toBe(true);
    expect(pages.flatMap(({ headers }) => headers["set-cookie"] ?? [])).toEqual([]);
    expect(refreshes() - before).toBe(1);
  });

  test("two processes on one file, each with ten navigations at expiry: one refresh", async () => {
    const other = await stage().start({ PROXY: "off" });
    const browser = await stage().signedIn("mira");
    stage().advance(hourMs);
    const before = refreshes();
    const pages = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? browser : browser.at(other.port)).open("/me")));
    expect(pages.every(({ status, text }) => status === 200 && text.includes("Hello, Mira Sandoval"))).toBe(true);
    expect(refreshes() - before).toBe(1);
    await other.stop();
  });

  test("Spotify is down: 503 with Retry-After for scripts and pages, nobody is signed out", async () => {
    const browser = await stage().signedIn("teo");
    stage().advance(hourMs);
    const mend = stage().emulator.fault({ on: "token", kind: "status", status: 503 });
    for (const path of ["/api/me", "/api/legacy"]) {
      const answer = await browser.fetch(path);
      expect(answer).toMatchObject({ status: 503, headers: { "content-type": expect.stringMatching(/problem\+json/) as string } });
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    }
    const page = await browser.open("/me");
    expect(page.status).toBe(503);
    expect(Number(page.headers["retry-after"])).toBeGreaterThan(0);
    expect(page.text).toContain("You are still signed in");
    expect(page.text).not.toContain("members only");
    mend();
    stage().advance(60_000);
    expect((await browser.fetch("/api/me")).status).toBe(200);
  });

  test.each(["/me", "/api/me"])("a refresh ahead of time that %s began ends after the answer, also when the process is told to end", async (path) => {
    const server = await stage().start({ PROXY: "off" });
    const browser = (await stage().signedIn("anouk")).at(server.port);
    stage().advance(hourMs - 3 * 60_000);
    const before = refreshes();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    stage().emulator.fault({ on: "token", kind: "held", grantType: "refresh_token", times: 1, until });
    expect((await browser.open(path)).status).toBe(200);
    await vi.waitUntil(() => refreshes() === before + 1);
    server.terminate();
    release();
    await server.ended;
    stage().advance(4 * 60_000);
    expect((await browser.at(stage().server.port).fetch("/api/me")).status).toBe(200);
    expect(refreshes() - before).toBe(1);
  });
}
