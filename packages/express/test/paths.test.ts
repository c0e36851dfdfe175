import type { ErrorRequestHandler } from "express";
import { describe, expect, test } from "vitest";
import { requireSpotify, spotifyAuth, withSpotify } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";
import { stage } from "./support/stage.js";

describe.each(expresses)("%s: paths", (_, express) => {
  test.each(["/me/", "//me", "/me;a", "/ME", "/%6De", "/me%20", "/./me", "/x/../me", "/me?x=/me", "/me#x"])(
    "%s shows nobody's page to nobody",
    async (path) => {
      const { origin } = await stage((auth) => {
        const app = express();
        app.use(spotifyAuth(auth));
        app.get(
          "/me",
          withSpotify((_request, response) => response.send("secret")),
        );
        return app;
      });
      for (const method of ["GET", "HEAD", "OPTIONS", "TRACE"]) {
        const answer = await send(origin, path, { method, headers: script });
        expect(method === "OPTIONS" ? [200, 401, 404] : [401, 404]).toContain(answer.status);
        expect(answer.text).not.toContain("secret");
      }
    },
  );

  test.each([
    "/auth/spotify/login/",
    "//auth/spotify/login",
    "/auth/spotify//login",
    "/auth/spotify/login;a",
    "/AUTH/SPOTIFY/LOGIN",
    "/x/../auth/spotify/login",
    "/%61uth/spotify/login",
  ])("%s is no route of ours: nothing begins there", async (path) => {
    const { origin, emulator } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.use((_request, response) => void response.status(404).send("app's own"));
      return app;
    });
    const answer = await send(origin, path, { headers: navigation });
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answer.status).toBe(404);
    expect(emulator.log).toHaveLength(0);
  });

  test("a target that is a whole URL, or a method that Fetch does not know, is turned away without harm", async () => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("secret")),
      );
      return app;
    });
    for (const path of [`${origin}/me`, "http://evil.example/me"]) {
      const answer = await send(origin, path, { headers: navigation });
      expect([302, 303, 401, 404]).toContain(answer.status);
      expect(answer.headers.location ?? "").not.toContain("evil.example");
    }
    expect(await send(origin, "/auth/spotify/login", { method: "TRACE", headers: navigation })).toMatchObject({ status: 405 });
  });

  test("OPTIONS * meets a guard as anything else does", async () => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth), requireSpotify());
      return app;
    });
    expect(await send(origin, "*", { method: "OPTIONS" })).toMatchObject({ status: 401 });
  });

  test("a mount point that the redirect URI forgot is named", async () => {
    const errors: unknown[] = [];
    const { origin } = await stage((auth) => {
      const app = express();
      app.use("/music", spotifyAuth(auth));
      app.use(((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies ErrorRequestHandler);
      return app;
    });
    expect(await send(origin, "/music/any/page")).toMatchObject({ status: 500 });
    expect(errors).toEqual([
      expect.objectContaining({ code: "configuration_error", message: expect.stringContaining("/music/auth/spotify/callback") as string }),
    ]);
  });

  test("under a mount point everything carries it", async () => {
    const { browser, origin } = await stage(
      (auth) => {
        const app = express();
        const music = express.Router();
        music.use(spotifyAuth(auth));
        music.get(
          "/me",
          withSpotify((request, response) => response.send(request.originalUrl)),
        );
        app.use("/music", music);
        app.get("/", (_request, response) => void response.send("home"));
        return app;
      },
      { callback: "/music/auth/spotify/callback" },
    );
    expect(await browser.open("/music/me?a=1")).toMatchObject({ status: 200, text: "/music/me?a=1", url: `${origin}/music/me?a=1` });
    expect(await browser.fetch("/")).toMatchObject({ text: "home" });
    expect((await send(origin, "/auth/spotify/login", { headers: navigation })).status).toBe(404);
    const out = await browser.fetch("/music/auth/spotify/logout", { method: "POST" });
    expect(out.status).toBeLessThan(400);
  });
});
