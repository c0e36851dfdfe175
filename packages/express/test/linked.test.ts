import { ConfigurationError, type SpotifyAuthOptions } from "@refrain/core";
import type { ErrorRequestHandler, Request } from "express";
import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { spotifyAuth, spotifyErrors, withSpotify } from "../src/index.js";
import { type Browser, navigation } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import type { Answer } from "client-kit/http";
import { stage, type Stage } from "./support/stage.js";

interface LinkedStage extends Stage {
  /** What reached the app's own error handler. */
  readonly failures: unknown[];
  /** Signs the browser in to the app itself. */
  enter(user: string): Promise<void>;
}

describe.each(expresses)("%s: an app with users of its own", (_, express) => {
  const set = async (options: SpotifyAuthOptions<Request> = {}): Promise<LinkedStage> => {
    const sessions = new Map<string, string>();
    const userOf = ({ headers }: Request): string | null => sessions.get(/\bsid=([\w-]+)/.exec(headers.cookie ?? "")?.[1] ?? "") ?? null;
    const failures: unknown[] = [];
    const own: ErrorRequestHandler = (error, _request, response, _next) => {
      failures.push(error);
      response.status(500).send("the app's own error page");
    };
    const staged = await stage(
      (auth) => {
        const app = express();
        app.use((_request, response, next) => {
          response.set("Cache-Control", "public, max-age=60");
          next();
        });
        app.post("/enter/:user", (request, response) => {
          const sid = randomUUID();
          sessions.set(sid, request.params.user);
          response.cookie("sid", sid, { httpOnly: true }).end();
        });
        app.get("/sign-in", (request, response) => void response.json(request.query));
        app.use(spotifyAuth(auth));
        app.get("/plain", (_request, response) => void response.send("for everybody"));
        app.get("/who", (request, response) => void response.json({ who: request.spotify?.user.spotifyId ?? null }));
        app.get(
          "/me",
          withSpotify(async ({ spotify }, response) => response.json((await spotify.json<{ id: string }>("/v1/me")).id)),
        );
        app.use(spotifyErrors());
        app.use(own);
        return app;
      },
      { options: { subject: userOf, ...options } },
    );
    return {
      ...staged,
      failures,
      async enter(user) {
        await staged.browser.fetch(`/enter/${user}`, { method: "POST" });
      },
    };
  };
  const visit = (browser: Browser, path: string): Promise<Answer> => browser.fetch(path, { headers: navigation });

  test("a user links Spotify by opening a page, uses it, and unlinks it", async () => {
    const { browser, enter, origin, auth } = await set();
    await enter("ada");
    expect(await browser.open("/me?tab=2")).toMatchObject({ status: 200, text: '"mira"', url: `${origin}/me?tab=2` });
    expect([...browser.cookies.keys()]).toEqual(["sid"]);
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":"mira"}' });
    expect(await auth.forUser("ada").json("/v1/me")).toMatchObject({ id: "mira" });

    expect(await browser.fetch("/auth/spotify/disconnect", { method: "POST" })).toMatchObject({ status: 204 });
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":null}' });
    expect(await browser.fetch("/me")).toMatchObject({ status: 401 });
    expect(browser.cookies.has("sid")).toBe(true);
  });

  test("another user of the app sees nothing of it, in the same browser", async () => {
    const { browser, enter } = await set();
    await enter("ada");
    await browser.open("/me");
    await enter("bob");
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":null}' });
    expect(await browser.fetch("/auth/spotify/session")).toMatchObject({ text: '{"signedIn":false}' });
    expect(await browser.fetch("/auth/spotify/disconnect", { method: "POST" })).toMatchObject({ status: 401 });
    await enter("ada");
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":"mira"}' });
  });

  test("a linking that one user began is not finished by another", async () => {
    const { browser, enter, emulator, auth } = await set();
    await enter("ada");
    const { location = "" } = (await visit(browser, "/auth/spotify/login")).headers;
    const { pathname, search } = await emulator.approve(location, { user: "mira" });
    await enter("bob");
    const answer = await visit(browser, pathname + search);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("You are not signed in to this app as the one who began this");
    expect(emulator.tokenCalls()).toBe(0);
    for (const user of ["ada", "bob"]) expect(await auth.session({ subject: user })).toBeNull();
  });

  test("another Spotify account asks first, and takes the first one's place by one click", async () => {
    const { browser, enter, emulator, origin } = await set();
    await enter("ada");
    await browser.open("/me");
    const choose = async (path: string): Promise<Answer> => {
      const { location = "" } = (await visit(browser, path)).headers;
      const { pathname, search } = await emulator.approve(location, { user: "teo" });
      return visit(browser, pathname + search);
    };
    const page = await choose("/auth/spotify/login?returnTo=/me");
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining("Link this account instead") as string });
    expect(await browser.fetch("/me")).toMatchObject({ text: '"mira"' });
    const accept = /href="([^"]*replace=[^"]*)"/.exec(page.text.replaceAll("&#38;", "&"))?.[1] ?? "";
    expect(await choose(accept.replace(origin, ""))).toMatchObject({ status: 303, headers: { location: `${origin}/me` } });
    expect(await browser.fetch("/me")).toMatchObject({ text: '"teo"' });
  });

  test("what was made for one user is for that browser only, and what nobody asked stays cacheable", async () => {
    const { browser, enter } = await set();
    await enter("ada");
    const before = await browser.fetch("/who");
    expect(before.headers).toMatchObject({ "cache-control": "public, max-age=60", vary: "Cookie" });
    await browser.open("/me");
    for (const path of ["/who", "/me", "/auth/spotify/session"])
      expect((await browser.fetch(path)).headers).toMatchObject({ "cache-control": "private, no-store", vary: expect.stringContaining("Cookie") as string });
    const plain = await browser.fetch("/plain");
    expect(plain.headers).toMatchObject({ "cache-control": "public, max-age=60" });
    expect(plain.headers.vary).toBeUndefined();
  });

  test("nobody is asked to sign in to the app first, and no store is read for it", async () => {
    const { browser, storeReads, emulator } = await set();
    expect(await browser.open("/me")).toMatchObject({ status: 401, text: expect.stringContaining("Sign in to this app first") as string });
    expect(await browser.fetch("/me")).toMatchObject({ status: 401, headers: { "content-type": "application/problem+json" } });
    expect(await browser.fetch("/who")).toMatchObject({ text: '{"who":null}' });
    expect([storeReads(), emulator.log.length, browser.cookies.size]).toEqual([0, 0, 0]);
  });

  test("nobody is sent to the app's own sign-in page where it has one", async () => {
    const { browser, origin } = await set({ pages: { signIn: "/sign-in" } });
    const page = await browser.open("/me?tab=2");
    expect(page).toMatchObject({ status: 200, text: '{"returnTo":"/me?tab=2"}', url: `${origin}/sign-in?returnTo=%2Fme%3Ftab%3D2` });
  });

  test("the app's session middleware is missing: one page that says so to the user, one error that says it to the app's maker", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { browser, emulator, failures } = await set({ subject: (request) => (request as { session?: { user?: string } }).session?.user as string });
    for (const path of ["/who", "/plain", "/me", "/auth/spotify/login", "/auth/spotify/session"]) {
      const page = await visit(browser, path);
      expect(page).toMatchObject({ status: 500, text: expect.stringContaining("This app is not set up correctly") as string });
      expect(page.text).not.toContain("middleware");
    }
    const problem = await browser.fetch("/who");
    expect(problem).toMatchObject({ status: 500, headers: { "content-type": "application/problem+json" } });
    expect(JSON.parse(problem.text)).toMatchObject({ code: "configuration_error" });
    expect(problem.text).not.toContain("middleware");
    expect(warned.mock.calls).toEqual([[expect.stringContaining("session middleware run before Refrain"), expect.anything()]]);
    expect([failures, emulator.log]).toEqual([[], []]);
    warned.mockRestore();
  });

  test.each<[string, (failure: Error) => SpotifyAuthOptions<Request>["subject"]]>([
    [
      "throws",
      (failure) => () => {
        throw failure;
      },
    ],
    ["rejects", (failure) => () => Promise.reject(failure)],
  ])("what the app's own function %s with reaches the app's own error handler", async (_how, failing) => {
    const failure = new Error("the app's own database is down");
    const { browser, failures } = await set({ subject: failing(failure) });
    for (const path of ["/who", "/auth/spotify/login"]) expect(await visit(browser, path)).toMatchObject({ status: 500, text: "the app's own error page" });
    expect(failures).toEqual([failure, failure]);
  });

  test("what onSignIn throws reaches the app's own error handler, and nothing is linked", async () => {
    const failure = new Error("the app's own database is down");
    const { browser, enter, failures, auth } = await set({ onSignIn: () => Promise.reject(failure) });
    await enter("ada");
    expect(await browser.open("/me")).toMatchObject({ status: 500, text: "the app's own error page" });
    expect(failures).toEqual([failure]);
    expect(await auth.session({ subject: "ada" })).toBeNull();
  });

  test("a broken store is 503 for whoever looks, and nobody else", async () => {
    const { browser, enter, breakStore } = await set();
    await enter("ada");
    breakStore();
    expect(await browser.fetch("/plain")).toMatchObject({ status: 200 });
    expect(await browser.fetch("/who")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(await browser.fetch("/auth/spotify/disconnect", { method: "POST" })).toMatchObject({ status: 503 });
  });

  test("a wrong option is named when the app starts", () => {
    expect(() => spotifyAuth({ clientId: "x", secret: "y".repeat(43), redirectUri: "https://app.example/cb", subject: "ada" as never })).toThrow(
      ConfigurationError,
    );
  });
});
