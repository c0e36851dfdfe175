import { signInAs } from "@refrain/core/testing";
import type { Express, Request, Response } from "express";
import { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { requireSpotify, spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { navigation, script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";
import { stage, type Stage } from "./support/stage.js";

describe.each(expresses)("%s: request.spotify", (_, express) => {
  const set = (): Promise<Stage> =>
    stage((auth) => {
      const app = express();
      app.use((_request, response, next) => {
        response.set("Cache-Control", "public, max-age=60");
        next();
      });
      app.use(spotifyAuth(auth));
      app.get("/plain", (_request, response) => void response.send("for everybody"));
      app.get("/who", (request, response) => void response.json({ who: request.spotify?.user.spotifyId ?? null }));
      app.get("/late", (request, response) => {
        response.write("who: ");
        response.end(request.spotify?.user.spotifyId ?? "nobody");
      });
      app.get("/careless", (request, response) => {
        // @ts-expect-error Nobody may be signed in here: the type says so.
        response.json(request.spotify.user);
      });
      app.get("/shared", (request, response) => void response.set("Cache-Control", "private, max-age=5").json(request.spotify === null));
      app.get(
        "/me",
        withSpotify((request, response) => response.json(request.spotify.user)),
      );
      app.use(spotifyErrors());
      return app;
    });

  test("is null for nobody, and no store is read for it", async () => {
    const { origin, storeReads } = await set();
    for (const headers of [{}, { cookie: "theme=dark; sid=abc" }, { cookie: "" }]) {
      expect(await send(origin, "/who", { headers })).toMatchObject({ status: 200, text: '{"who":null}' });
    }
    expect(await send(origin, "/me", { headers: script })).toMatchObject({ status: 401 });
    expect(storeReads()).toBe(0);
  });

  test("is the session for somebody, and null for a cookie that is nobody's", async () => {
    const { browser, origin } = await set();
    await browser.open("/me");
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":"mira"}' });
    const [name = "", value = ""] = [...browser.cookies].find(([key]) => key.startsWith("refrain-")) ?? [];
    const forged = value.slice(0, -4) + (value.endsWith("AAAA") ? "BBBB" : "AAAA");
    expect(await send(origin, "/who", { headers: { cookie: `${name}=${forged}` } })).toMatchObject({ text: '{"who":null}' });
  });

  test("throws while the store is down: pages that do not look are served, the others say 503", async () => {
    const { browser, breakStore, origin } = await set();
    await browser.open("/me");
    breakStore();
    expect(await browser.fetch("/plain")).toMatchObject({ status: 200, text: "for everybody" });
    expect(await send(origin, "/who")).toMatchObject({ status: 200 });
    for (const path of ["/who", "/me"]) {
      const answer = await browser.fetch(path);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      expect(JSON.parse(answer.text)).toMatchObject({ code: "temporarily_unavailable" });
    }
    expect(browser.cookies.size).toBeGreaterThan(0);
  });

  test("is not what a guard throws: while the store is down it answers by itself, without spotifyErrors()", async () => {
    const { browser, breakStore } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get("/guarded", requireSpotify(), (_request, response) => void response.send("in"));
      return app;
    });
    expect(await browser.open("/guarded")).toMatchObject({ text: "in" });
    breakStore();
    const answer = await browser.fetch("/guarded");
    expect(answer).toMatchObject({ status: 503, headers: { "content-type": expect.stringContaining("application/problem+json") } });
  });

  test("makes the answer of whoever looks private, and leaves the rest alone", async () => {
    const { browser, origin } = await set();
    await browser.open("/me");
    expect((await browser.fetch("/plain")).headers).toMatchObject({ "cache-control": "public, max-age=60" });
    expect((await browser.fetch("/plain")).headers["vary"]).toBeUndefined();
    expect((await browser.fetch("/who")).headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
    expect((await browser.fetch("/me")).headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
    expect((await browser.fetch("/shared")).headers).toMatchObject({ "cache-control": "private, max-age=5", vary: "Cookie" });
    expect((await send(origin, "/who")).headers).toMatchObject({ "cache-control": "public, max-age=60", vary: "Cookie" });
  });

  test.each(["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "X-Accel-Expires"])(
    "keeps the answer from caches that go by %s, too",
    async (name) => {
      const { browser, origin } = await stage((auth) => {
        const app = express();
        app.use((_request, response, next) => {
          response.set(name, "60");
          next();
        });
        app.use(spotifyAuth(auth));
        app.get("/plain", (_request, response) => void response.send("for everybody"));
        app.get("/who", (request, response) => void response.json({ who: request.spotify?.user.spotifyId ?? null }));
        app.get(
          "/me",
          withSpotify((request, response) => response.json(request.spotify.user)),
        );
        return app;
      });
      expect((await send(origin, "/me", { headers: navigation })).headers).not.toHaveProperty(name.toLowerCase());
      await browser.open("/me");
      for (const path of ["/who", "/me", "/auth/spotify/session"]) expect((await browser.fetch(path)).headers).not.toHaveProperty(name.toLowerCase());
      expect((await browser.fetch("/plain")).headers).toHaveProperty(name.toLowerCase(), "60");
      expect((await send(origin, "/who")).headers).toHaveProperty(name.toLowerCase(), "60");
    },
  );

  test("may be looked at when the answer is already on its way", async () => {
    const { browser, origin } = await set();
    await browser.open("/me");
    expect(await browser.fetch("/late")).toMatchObject({ status: 200, text: "who: mira" });
    expect(await send(origin, "/late")).toMatchObject({ status: 200, text: "who: nobody" });
  });

  test.each(["in the app that a router was mounted in", "in the app that an app was mounted in"])("is the same session %s", async (where) => {
    const { browser } = await stage((auth) => {
      const inner = where.includes("router") ? express.Router() : express();
      inner.use(spotifyAuth(auth));
      inner.get("/inside", (request, response) => void response.json({ who: request.spotify?.user.spotifyId }));
      const app = express();
      app.use(inner);
      app.get(
        "/me",
        withSpotify((request, response) => response.json({ who: request.spotify.user.spotifyId })),
      );
      return app;
    });
    await browser.open("/me");
    expect(await browser.fetch("/inside")).toMatchObject({ text: '{"who":"mira"}' });
    expect(await browser.fetch("/me")).toMatchObject({ text: '{"who":"mira"}' });
  });

  test("is ours where every request of its Express has another", async () => {
    const { browser } = await set();
    await browser.open("/me");
    const { request: common } = express;
    const before = Object.getOwnPropertyDescriptor(common, "spotify");
    onTestFinished(() => {
      delete (common as { spotify?: unknown }).spotify;
      if (before !== undefined) Object.defineProperty(common, "spotify", before);
    });
    const theirs = (): null => null;
    Object.defineProperty(common, "spotify", { configurable: true, get: theirs });
    const { browser: later } = await set();
    expect(await later.open("/me")).toMatchObject({ status: 200, text: expect.stringContaining("mira") });
    expect(await later.fetch("/who")).toMatchObject({ text: '{"who":"mira"}' });
    expect(Object.getOwnPropertyDescriptor(common, "spotify")?.get).toBe(theirs);
  });

  test("is ours where the app has put something else there before: a guard does not take that for a session", async () => {
    const { browser, origin } = await stage((auth) => {
      const app = express();
      app.use((request, _response, next) => {
        Object.assign(request, { spotify: { user: { spotifyId: "forged" }, token: async () => "forged" } });
        next();
      });
      app.use(spotifyAuth(auth));
      app.get("/guarded", requireSpotify(), (request, response) => void response.json({ who: request.spotify?.user.spotifyId }));
      return app;
    });
    for (let request = 0; request < 2; request += 1) expect(await send(origin, "/guarded", { headers: script })).toMatchObject({ status: 401 });
    expect(await browser.open("/guarded")).toMatchObject({ text: '{"who":"mira"}' });
  });

  test("is there for requests that are of no Express", async () => {
    const { browser, auth } = await stage((own) => {
      const middleware = spotifyAuth(own);
      const plain = (request: Request, response: Response): void => {
        Object.assign(request, { originalUrl: request.url, baseUrl: "" });
        void middleware(request, response, () => response.end(request.spotify?.user.spotifyId ?? "nobody"));
      };
      return plain as unknown as Express;
    });
    expect(await browser.open("/")).toMatchObject({ text: "nobody" });
    browser.cookies.set(...pairOf(await signInAs(auth, { user: "teo", scopes: [] })));
    expect(await browser.open("/")).toMatchObject({ text: "teo" });
    for (const one of [{}, IncomingMessage.prototype]) expect("spotify" in one).toBe(false);
  });

  test("a shared cache that keys on what Vary names never hands one user's page to another", async () => {
    const { browser, origin } = await set();
    await browser.open("/me");
    const mine = await browser.fetch("/who");
    const stored = !/no-store|private/.test(String(mine.headers["cache-control"]));
    const other = stored ? mine : await send(origin, "/who", { headers: navigation });
    expect(other.text).toBe('{"who":null}');
  });
});

function pairOf(cookie: string): [name: string, value: string] {
  const [name = "", value = ""] = cookie.split("=");
  return [name, value];
}
