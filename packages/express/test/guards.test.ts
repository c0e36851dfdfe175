import { ConfigurationError } from "@refrain/core";
import type { ErrorRequestHandler } from "express";
import { describe, expect, test } from "vitest";
import { requireSpotify, spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";
import { stage } from "./support/stage.js";

const last: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(500).send(`app: ${error instanceof Error ? error.message : String(error)}`);
};

describe("a need that is misspelt", () => {
  test.each([
    [{ scope: ["user-top-read"] }, 'no option "scope"'],
    [{ scopes: ["user-top-reed"] }, '"user-top-reed"'],
    [{ scopes: "user-top-read" }, "must be a list"],
    [["user-top-read"], 'no option "0"'],
  ])("%j is refused at once: a guard that overlooks it would let people through", (need, problem) => {
    expect(() => requireSpotify(need as never)).toThrow(problem);
    expect(() => withSpotify(() => undefined, need as never)).toThrow(ConfigurationError);
  });
});

describe.each(expresses)("%s: guards", (_, express) => {
  test("requireSpotify lets through who is signed in, for one route and for a whole router", async () => {
    const { browser, origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      const router = express.Router();
      router.get("/deep", (request, response) => void response.json(request.spotify?.user.spotifyId));
      app.use("/area", requireSpotify(), router);
      app.get("/one", requireSpotify({ scopes: ["user-top-read"] }), (_request, response) => void response.send("one"));
      return app;
    });
    for (const path of ["/area/deep", "/area/nothing", "/one"]) expect(await send(origin, path, { headers: script })).toMatchObject({ status: 401 });
    expect(await browser.open("/area/deep")).toMatchObject({ status: 200, text: '"mira"', url: `${origin}/area/deep` });
    expect(await browser.fetch("/one")).toMatchObject({ status: 200, text: "one" });
  });

  test("missing scopes: a script gets 403 with the way out, a navigation grants them and comes back", async () => {
    const { browser, emulator, origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get("/top", requireSpotify({ scopes: ["user-top-read"] }), (_request, response) => void response.send("top"));
      app.get(
        "/played",
        withSpotify((request, response) => response.json(request.spotify.scopes), { scopes: ["user-read-recently-played"] }),
      );
      return app;
    });
    await browser.open("/top");
    const refused = await browser.fetch("/played");
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "missing_scopes", missing: ["user-read-recently-played"] });
    const page = await browser.open("/played");
    expect(page).toMatchObject({ status: 200, url: `${origin}/played` });
    expect(new Set(JSON.parse(page.text) as string[])).toEqual(new Set(["user-read-recently-played", "user-top-read"]));
    expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(2);
  });

  test.each([
    ["rejects", async () => Promise.reject(new Error("broken")), "app: broken"],
    [
      "throws",
      () => {
        throw new Error("broken");
      },
      "app: broken",
    ],
    ["rejects with nothing", async () => Promise.reject(undefined as unknown as Error), "app: A handler failed without saying why."],
  ])("a handler that %s reaches the app's own error handler", async (_how, handler, text) => {
    const { browser } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("me")),
      );
      app.get("/broken", withSpotify(handler));
      app.use(spotifyErrors(), last);
      return app;
    });
    await browser.open("/me");
    expect(await browser.fetch("/broken")).toMatchObject({ status: 500, text });
  });

  test("errors of ours that a handler meets are answered by spotifyErrors, the others pass it", async () => {
    const { browser, emulator } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get(
        "/top",
        withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me/top/tracks"))),
      );
      app.get("/theirs", () => {
        throw new Error("theirs");
      });
      app.use(spotifyErrors(), last);
      return app;
    });
    expect(await browser.open("/top")).toMatchObject({ status: 200 });
    emulator.fault({ on: "api", kind: "rate-limit", retryAfter: 7, times: 1 });
    const limited = await browser.fetch("/top");
    expect(limited.status).toBe(429);
    expect(limited.headers["retry-after"]).toBe("7");
    expect(JSON.parse(limited.text)).toMatchObject({ code: "rate_limited" });
    expect(await browser.fetch("/theirs")).toMatchObject({ status: 500, text: "app: theirs" });
  });

  test("an error after the answer has begun ends the connection and nothing else", async () => {
    const { browser } = await stage((auth) => {
      const app = express();
      app.set("env", "test");
      app.use(spotifyAuth(auth));
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("me")),
      );
      app.get(
        "/half",
        withSpotify(async (request, response) => {
          response.write("half of it");
          await request.spotify.json("/v1/no/such/thing");
        }),
      );
      app.use(spotifyErrors(), last);
      return app;
    });
    await browser.open("/me");
    await expect(browser.fetch("/half")).rejects.toThrow();
    expect(await browser.fetch("/me")).toMatchObject({ status: 200 });
  });

  test("what a handler said of its own body is not said of the answer in its place", async () => {
    const { browser, emulator } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get("/top.csv", (request, response, next) => {
        response.set({ "Content-Length": "5", "Content-Disposition": 'attachment; filename="top.csv"', "Content-Encoding": "gzip", ETag: '"top"' });
        response.set({ "Last-Modified": "Mon, 05 Jan 2026 00:00:00 GMT", "Content-Security-Policy-Report-Only": "default-src 'self'" });
        request.spotify?.json("/v1/me/top/tracks").then((top) => void response.json(top), next);
      });
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("me")),
      );
      app.use(spotifyErrors(), last);
      return app;
    });
    await browser.open("/me");
    emulator.fault({ on: "api", kind: "rate-limit", retryAfter: 7, times: 1 });
    const { status, headers, text } = await browser.fetch("/top.csv");
    expect(status).toBe(429);
    expect(JSON.parse(text)).toMatchObject({ code: "rate_limited" });
    for (const name of ["content-length", "content-disposition", "content-encoding", "etag", "last-modified"]) expect(headers).not.toHaveProperty(name);
    expect(headers).toHaveProperty("content-security-policy-report-only");
  });

  test("a guard that refuses after the answer has begun ends the connection", async () => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.set("env", "test");
      app.use(spotifyAuth(auth));
      app.get("/half", (_request, response, next) => void response.write("half of it", () => next()), requireSpotify());
      return app;
    });
    await expect(send(origin, "/half", { headers: script })).rejects.toThrow();
  });

  test("an error of the guard's own that is none of ours turns away and goes to the app", async () => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth({ ...auth }));
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("never")),
      );
      app.use(spotifyErrors(), last);
      return app;
    });
    expect(await send(origin, "/me", { headers: script })).toMatchObject({ status: 500, text: expect.stringContaining("createSpotifyAuth") as string });
  });

  test.each([
    ["requireSpotify", () => requireSpotify()],
    ["withSpotify", () => withSpotify((_request, response) => response.send("never"))],
  ])("%s without spotifyAuth() before it says so", async (_name, guard) => {
    const errors: unknown[] = [];
    const { origin } = await stage(() => {
      const app = express();
      app.get("/me", guard());
      app.use(spotifyErrors(), ((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies ErrorRequestHandler);
      return app;
    });
    expect(await send(origin, "/me", { headers: script })).toMatchObject({ status: 500 });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ConfigurationError);
    expect((errors[0] as ConfigurationError).problems).toEqual([expect.stringContaining("app.use(spotifyAuth())")]);
  });

  test("a mistake in the options is an error at once, not at the first request", () => {
    expect(() => spotifyAuth({ clientId: "", redirectUri: "http://example.com/callback", secret: "short" })).toThrow(ConfigurationError);
  });
});
