import express from "express";
import { describe, expect, it } from "vitest";
import { spotifyAuth, spotifyErrors, withSpotify } from "../../src/index.js";
import { stage, type Stage } from "../support/stage.js";

const hourMs = 3_600_000;

function set(): Promise<Stage> {
  return stage((auth) => {
    const app = express();
    app.use(spotifyAuth(auth));
    app.get(
      "/me",
      withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me"))),
    );
    app.get(
      "/top",
      withSpotify((_request, response) => void response.json({ served: true }), { scopes: ["user-top-read"] }),
    );
    app.use(spotifyErrors());
    return app;
  });
}

describe("F-030 what becomes of a Spotify account is never a 500", () => {
  it("deleted: the refresh token is refused, the next request says so, and asks Spotify no more", async () => {
    const { browser, clock, emulator } = await set();
    await browser.open("/me");
    emulator.revoke("mira");
    await clock.advance(hourMs);
    for (let request = 0; request < 3; request++) {
      const answer = await browser.fetch("/me");
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toMatchObject({ code: "reauthorization_required", reason: "revoked" });
    }
    expect(emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
  });

  it("a new password: the user is sent through Spotify once and is back on the page", async () => {
    const { browser, clock, emulator, origin } = await set();
    await browser.open("/me");
    emulator.resetPassword("mira");
    await clock.advance(hourMs);
    expect(await browser.open("/me?tab=2")).toMatchObject({ status: 200, url: `${origin}/me?tab=2` });
  });

  it("without Premium, the app's owner: 403 that says what to do, and nobody is signed out", async () => {
    const { browser, emulator } = await set();
    await browser.open("/me");
    const mend = emulator.fault({ on: "api", kind: "owner-not-premium" });
    expect(await browser.fetch("/me")).toMatchObject({ status: 403 });
    mend();
    expect(await browser.fetch("/me")).toMatchObject({ status: 200 });
  });

  it("a scope withdrawn: the refresh says so, and the route that needs it answers 403 with where to grant it", async () => {
    const { browser, clock, emulator } = await set();
    await browser.open("/top");
    emulator.fault({ on: "token", grantType: "refresh_token", kind: "patch-answer", patch: (body) => ({ ...body, scope: "" }) });
    await clock.advance(hourMs);
    expect(await browser.fetch("/me")).toMatchObject({ status: 200 });
    const answer = await browser.fetch("/top");
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "missing_scopes", missing: ["user-top-read"] });
  });
});

describe("F-014 a code that may have been spent", () => {
  it.each(["answer-lost", "truncated", "reset"] as const)("%s: is sent once, the sign-in fails with a page, and the next one works", async (kind) => {
    const { browser, emulator } = await set();
    emulator.fault({ on: "token", grantType: "authorization_code", kind, times: 1 });
    const page = await browser.open("/me");
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(1);
    expect(await browser.open("/me")).toMatchObject({ status: 200 });
  });
});

describe("F-012 Spotify's token endpoint cannot be reached", () => {
  it("the login page still leads to Spotify, and the app's own pages are served", async () => {
    const { browser, emulator } = await set();
    emulator.fault({ on: "token", kind: "reset" });
    const login = await browser.fetch("/auth/spotify/login?returnTo=/me", {
      headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" },
    });
    expect(login.status).toBe(303);
    expect(login.headers.location).toMatch(/\/authorize\?/);
  });
});
