import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import { IntegrityError } from "../../src/errors/integrity-error.js";
import { LoginFailed, type LoginFailure } from "../../src/errors/login-failed.js";
import { MissingScopes } from "../../src/errors/missing-scopes.js";
import { NotAllowlisted } from "../../src/errors/not-allowlisted.js";
import { NotAuthenticated } from "../../src/errors/not-authenticated.js";
import { RateLimited } from "../../src/errors/rate-limited.js";
import { ReauthorizationRequired } from "../../src/errors/reauthorization-required.js";
import { RequestRefused } from "../../src/errors/request-refused.js";
import type { SpotifyAuthError, SpotifyAuthErrorCode } from "../../src/errors/spotify-auth-error.js";
import { TemporarilyUnavailable } from "../../src/errors/temporarily-unavailable.js";
import { createEmitter } from "../../src/events.js";
import { pageResponse, stylesheetHash } from "../../src/routes/page.js";
import { toProblem } from "../../src/routes/problem.js";
import { stylesheet } from "../../src/routes/stylesheet.js";
import { readSettings } from "../../src/settings/read-options.js";
import { BASE, FORM, NAVIGATION, said, SCRIPT, SECRET } from "./world.js";

const login = `${BASE}/login`;
const settings = readSettings({ clientId: "client-1", secret: SECRET, redirectUri: `${BASE}/callback` }, () => undefined);
const prefixed = readSettings(
  { clientId: "client-1", secret: SECRET, redirectUri: "https://app.example/music/auth/callback", basePath: "/auth" },
  () => undefined,
);

const errors: Record<SpotifyAuthErrorCode, SpotifyAuthError> = {
  not_authenticated: new NotAuthenticated(login),
  reauthorization_required: new ReauthorizationRequired("expired", login),
  missing_scopes: new MissingScopes(["streaming", "user-top-read"], login),
  not_allowlisted: new NotAllowlisted("user"),
  rate_limited: new RateLimited(1_001),
  temporarily_unavailable: new TemporarilyUnavailable("spotify", 250),
  login_failed: new LoginFailed("denied", login),
  request_refused: new RequestRefused(418),
  configuration_error: new ConfigurationError(["canary-problem"]),
  integrity_error: new IntegrityError(),
};
const every = Object.entries(errors);

function answer(error: SpotifyAuthError, headers: Record<string, string>, { method = "GET", url = "/top?range=short", at = settings } = {}): Promise<Response> {
  return toProblem({ settings: at, emitter: createEmitter() }, error, { method, url, headers: new Headers(headers) });
}

describe("an error as the answer to a script", () => {
  it.each(every)("%s is problem+json with its status and code", async (code, error) => {
    const response = await answer(error, SCRIPT);
    expect(response.status).toBe(error.status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      type: "about:blank",
      status: error.status,
      code,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
    });
  });

  it.each(every)("%s touches no cookie, is not kept, and repeats nothing of the request", async (_code, error) => {
    for (const headers of [SCRIPT, NAVIGATION, FORM]) {
      const response = await answer(
        error,
        { ...headers, cookie: "canary=cookie" },
        { url: "/canary-path?canary=1", method: headers === FORM ? "POST" : "GET" },
      );
      expect(response.headers.has("set-cookie")).toBe(false);
      expect(response.headers.has("clear-site-data")).toBe(false);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
      expect(await response.text()).not.toContain("canary");
    }
  });

  it.each<[string, SpotifyAuthError, object]>([
    ["which scopes are missing", errors.missing_scopes, { missing: ["streaming", "user-top-read"], reauthorizeUrl: `${login}?scope=streaming+user-top-read` }],
    ["why to reauthorize", errors.reauthorization_required, { reason: "expired", reauthorizeUrl: login }],
    ["who is not on the allowlist", errors.not_allowlisted, { reason: "user" }],
    ["when to try again", errors.temporarily_unavailable, { retryAfterMs: 250 }],
    ["where to sign in", errors.not_authenticated, { reauthorizeUrl: login }],
  ])("says %s", async (_what, error, fields) => expect(await (await answer(error, SCRIPT)).json()).toMatchObject(fields));

  it("keeps the mistakes in the configuration to itself (L-010)", async () => {
    expect(await (await answer(errors.configuration_error, SCRIPT)).text()).not.toContain("canary-problem");
  });

  it.each([
    [0, "1"],
    [250, "1"],
    [1_000, "1"],
    [1_001, "2"],
    [59_999, "60"],
    [-5, "1"],
  ])("%s ms is Retry-After %s", async (ms, seconds) => {
    for (const headers of [SCRIPT, NAVIGATION])
      expect((await answer(new TemporarilyUnavailable("store", ms), headers)).headers.get("retry-after")).toBe(seconds);
  });
});

describe("an error as the answer to a navigation", () => {
  it.each<[string, SpotifyAuthError, string]>([
    ["nobody signed in", errors.not_authenticated, `${login}?returnTo=%2Ftop%3Frange%3Dshort`],
    ["a consent that ended", errors.reauthorization_required, `${login}?returnTo=%2Ftop%3Frange%3Dshort`],
    ["missing scopes", errors.missing_scopes, `${login}?returnTo=%2Ftop%3Frange%3Dshort&scope=streaming+user-top-read`],
  ])("%s goes to login and comes back to the same page", async (_what, error, location) => {
    const response = await answer(error, NAVIGATION);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(location);
  });

  it.each([
    ["an origin of its own", "https://evil.example/x?y=1", "/x?y=1"],
    ["two slashes", "//evil.example/x", "/x"],
    ["nothing that parses", "http://[", "/"],
    ["a route of ours", "/auth/spotify/session", "/"],
  ])("with %s in its URL comes back to this origin", async (_what, url, returnTo) => {
    const location = new URL((await answer(errors.not_authenticated, NAVIGATION, { url })).headers.get("location") ?? "");
    expect(location.searchParams.get("returnTo")).toBe(returnTo);
  });

  it.each(["/top", "/music/top"])("behind a prefix %s comes back to the public path", async (url) => {
    const location = new URL((await answer(errors.not_authenticated, NAVIGATION, { url, at: prefixed })).headers.get("location") ?? "");
    expect(location.href).toBe("https://app.example/music/auth/login?returnTo=%2Fmusic%2Ftop");
  });

  it.each<[string, SpotifyAuthError, Record<string, string>, string]>([
    ["a script", errors.not_authenticated, SCRIPT, "GET"],
    ["a prefetch", errors.not_authenticated, { ...NAVIGATION, "sec-purpose": "prefetch" }, "GET"],
    ["a frame", errors.not_authenticated, { ...NAVIGATION, "sec-fetch-dest": "iframe" }, "GET"],
    ["a form", errors.not_authenticated, FORM, "POST"],
    ["HEAD", errors.not_authenticated, NAVIGATION, "HEAD"],
    ["scopes that Spotify did not name", new MissingScopes([], login), NAVIGATION, "GET"],
    ["scopes that were granted", new MissingScopes(["streaming"], login, true), NAVIGATION, "GET"],
  ])("never redirects %s", async (_who, error, headers, method) => expect((await answer(error, headers, { method })).headers.has("location")).toBe(false));

  const pages = every.filter(([code]) => !["not_authenticated", "reauthorization_required", "missing_scopes"].includes(code));
  it.each(pages)("%s is a page that says what happened, what it means and what to do", async (_code, error) => {
    const response = await answer(error, NAVIGATION);
    expect(response.status).toBe(error.status);
    await expectGoodPage(response);
  });

  it.each<[string, SpotifyAuthError]>([
    ["nobody signed in", errors.not_authenticated],
    ["a consent that ended", errors.reauthorization_required],
    ["missing scopes", errors.missing_scopes],
    ["an app owner without Premium", new NotAllowlisted("owner")],
    ["scopes that were withdrawn", new MissingScopes(["streaming"], login, true)],
  ])("of a form, %s is a page as well", async (_what, error) => expectGoodPage(await answer(error, FORM, { method: "POST" })));

  const reasons = [
    "unknownTransaction",
    "alreadyUsed",
    "malformed",
    "denied",
    "wrongIssuer",
    "refused",
    "otherAccount",
    "otherSubject",
    "closedSince",
    "scopesNotGranted",
    "unavailable",
  ] as const satisfies readonly LoginFailure[];
  it.each(reasons)("a sign-in that failed because of %s is a page", async (reason) => expectGoodPage(await answer(new LoginFailed(reason, login), NAVIGATION)));

  it.each(["temporarily_unavailable", "rate_limited"] as const)("%s says that the user is still signed in", async (code) => {
    expect(await said(await answer(errors[code], NAVIGATION))).toContain("You are still signed in");
  });

  it("repeats what was asked by an empty address", async () => {
    expect(await said(await answer(errors.temporarily_unavailable, NAVIGATION))).toContain('href=""');
  });

  describe("of a form of the app's", () => {
    const sent = async (error: SpotifyAuthError, referer?: string): Promise<string> =>
      said(await answer(error, { ...FORM, ...(referer === undefined ? {} : { referer }) }, { method: "POST", url: "/playlists" }));

    it("leads to sign in and back to the page with the form", async () => {
      expect(await sent(errors.not_authenticated, "https://app.example/new?step=2")).toContain(`href="${login}?returnTo=%2Fnew%3Fstep%3D2"`);
      expect(await sent(errors.missing_scopes, "https://app.example/new")).toContain(`href="${login}?returnTo=%2Fnew&#38;scope=`);
    });

    it("leads to the app's own sign-in page, which is told of the page with the form", async () => {
      const own = readSettings({ clientId: "client-1", secret: SECRET, redirectUri: `${BASE}/callback`, pages: { signIn: "/welcome" } }, () => undefined);
      const headers = { ...FORM, referer: "https://app.example/new" };
      const page = await said(await answer(errors.not_authenticated, headers, { method: "POST", url: "/playlists", at: own }));
      expect(page).toContain('href="https://app.example/welcome?returnTo=%2Fnew"');
    });

    it("leads back to the form when the same may succeed later: sent again from here it would be empty", async () => {
      const page = await sent(errors.temporarily_unavailable, "https://app.example/new?step=2");
      expect(page).toContain('href="https://app.example/new?step=2">Go back');
      expect(page).not.toContain("<form");
    });

    it.each([undefined, "https://evil.example/new", "nonsense", "https://app.example/auth/spotify/login"])(
      "leads to the front page from %j",
      async (referer) => {
        expect(await sent(errors.temporarily_unavailable, referer)).toContain('href="https://app.example/">Go back');
        expect(await sent(errors.not_authenticated, referer)).toContain(`href="${login}?returnTo=%2F"`);
      },
    );
  });
});

describe("a page", () => {
  it("has these headers (S-046)", async () => {
    const { headers } = await answer(errors.temporarily_unavailable, NAVIGATION);
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "private, no-store",
      "content-security-policy": `default-src 'none'; style-src '${stylesheetHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "retry-after": "1",
      vary: "Cookie",
      "x-content-type-options": "nosniff",
    });
  });

  it("lets in its own stylesheet and nothing else", async () => {
    const style = /<style>(.*)<\/style>/s.exec(await (await answer(errors.integrity_error, NAVIGATION)).text())?.[1];
    expect(style).toBe(stylesheet);
    expect(stylesheetHash).toBe(`sha256-${createHash("sha256").update(stylesheet).digest("base64")}`);
  });

  it("wears the stylesheet that all pages of the project share", async () => {
    const [own, shared] = await Promise.all(
      ["../../src/routes/stylesheet.ts", "../../../emulator/src/stylesheet.ts"].map((path) => readFile(new URL(path, import.meta.url), "utf8")),
    );
    expect(own).toBe(shared);
  });

  it("writes whatever it is given as text", async () => {
    const hostile = `"'><script>alert(1)</script>&amp;`;
    const page = {
      status: 200,
      title: hostile,
      means: hostile,
      advice: hostile,
      action: { label: hostile, href: hostile },
      link: { label: hostile, href: hostile },
    };
    const html = await said(await pageResponse({ settings, emitter: createEmitter() }, page));
    expect(html).not.toMatch(/<script|&amp;|"'/);
    expect(html.match(/&#34;&#39;&#62;&#60;script&#62;alert\(1\)&#60;\/script&#62;&#38;amp;/g)).toHaveLength(8);
  });

  it("has a reference of its own each time", async () => {
    const references = await Promise.all(
      Array.from({ length: 50 }, async () => /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(await said(await answer(errors.integrity_error, NAVIGATION)))?.[0]),
    );
    expect(new Set(references).size).toBe(50);
  });
});

async function expectGoodPage(response: Response): Promise<void> {
  const html = await said(response);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html.match(/<h1>[^<]+<\/h1>\n<p class="lead">[^<]+\.<\/p>\n<p>[^<]+\.<\/p>/g)).toHaveLength(1);
  expect(html.match(/class="(?:button )?primary"/g)).toHaveLength(1);
  expect(html).toMatch(/Reference <span class="code">[A-Z2-9]{4}-[A-Z2-9]{4}<\/span>/);
  expect(html).not.toMatch(/<script|<img|<link|https?:\/\/(?!app\.example|www\.spotify\.com\/account\/apps)|undefined|null|Error|token|OAuth/);
}
