import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import { defaultTimings } from "../../src/machine/timings.js";
import { processEnvironment, warnProcess } from "../../src/settings/environment.js";
import type { SpotifyAuthOptions } from "../../src/settings/options.js";
import { readSettings } from "../../src/settings/read-options.js";
import type { Settings } from "../../src/settings/settings.js";
import { memoryStore } from "../../src/store/memory-store.js";

const secret = "q6NcTzvVhzJw0Zp3bXwHkR8sLmYd5uEfGa1oI9tQx2U";
const older = "b1Xo8TqLr4Wz0NcVhJm7KyPdF2sEgU9aRiC6tYxMnQ3";
const redirectUri = "https://app.example/auth/spotify/callback";
const good: SpotifyAuthOptions = { clientId: "client-1", redirectUri, secret };

type Variables = Readonly<Record<string, string>>;

function read(options: SpotifyAuthOptions, variables: Variables = {}): Settings {
  return readSettings(options, (name) => variables[name]);
}

function problemsOf(options: SpotifyAuthOptions, variables: Variables = {}): readonly string[] {
  try {
    read(options, variables);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("that nobody reads are named: a misspelt one would leave its value to the environment", () => {
    const misspelt = { ...good, redirectURI: redirectUri, scope: ["user-top-read"] } as SpotifyAuthOptions;
    expect(problemsOf(misspelt)).toEqual(['There is no option "redirectURI": look for a misspelling.', 'There is no option "scope": look for a misspelling.']);
    expect(problemsOf({ ...good, ["x".repeat(500)]: 1 })[0]?.length).toBeLessThan(120);
  });

  it("without a client secret are warned of where an app is reached by https", () => {
    const open = { ...good, store: memoryStore() };
    expect(read(open).warnings).toEqual([expect.stringContaining("SPOTIFY_CLIENT_SECRET")]);
    expect(read(open, { SPOTIFY_CLIENT_SECRET: "secret-1" }).warnings).toEqual([]);
    expect(read({ ...open, redirectUri: "http://127.0.0.1:3000/auth/spotify/callback" }).warnings).toEqual([]);
  });

  it("come from the environment where no option says otherwise", () => {
    const settings = read(
      {},
      {
        SPOTIFY_CLIENT_ID: "env-id",
        SPOTIFY_CLIENT_SECRET: "env-secret",
        SPOTIFY_REDIRECT_URI: "http://127.0.0.1:3000/auth/spotify/callback",
        SPOTIFY_SCOPES: " user-top-read  streaming ",
        REFRAIN_SECRET: `${secret} ${older}`,
        REFRAIN_EMULATOR_URL: "http://127.0.0.1:4000",
      },
    );
    expect(settings).toMatchObject({
      clientId: "env-id",
      clientSecret: "env-secret",
      scopes: ["user-top-read", "streaming"],
      secrets: [secret, older],
      basePath: "/auth/spotify",
      prefix: "",
      cookieName: "refrain-3000",
      returnTo: "/",
      issuer: "http://127.0.0.1:4000",
      apiOrigin: "http://127.0.0.1:4000",
      timings: defaultTimings,
      waitMs: 10_000,
      storeDeadlineMs: 2_000,
      maxRefreshes: 100,
    });
  });

  it("come from the options first", () => {
    const variables = {
      SPOTIFY_CLIENT_ID: "env-id",
      SPOTIFY_CLIENT_SECRET: "env-secret",
      SPOTIFY_REDIRECT_URI: "https://env.example/cb",
      SPOTIFY_SCOPES: "streaming",
      REFRAIN_SECRET: "short",
    };
    const settings = read({ ...good, clientSecret: "option-secret", scopes: [] }, variables);
    expect(settings).toMatchObject({ clientId: "client-1", clientSecret: "option-secret", scopes: [], secrets: [secret] });
    expect(settings.redirectUri.href).toBe(redirectUri);
    expect(settings.issuer).toBe("https://accounts.spotify.com");
    expect(settings.apiOrigin).toBe("https://api.spotify.com");
  });

  it("without a client secret are those of a public client", () => expect(read(good).clientSecret).toBeUndefined());

  it("ask for each scope once", () => expect(read({ ...good, scopes: ["streaming", "streaming"] }).scopes).toEqual(["streaming"]));

  it("draw from the whole range", () => {
    const draws = Array.from({ length: 200 }, read(good).random);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(new Set(draws).size).toBeGreaterThan(190);
  });

  it("name every mistake in one error", () => {
    const problems = problemsOf({
      clientId: " ",
      clientSecret: "",
      redirectUri: "http://localhost:3000/#x",
      scopes: ["user-read-birthdate" as "streaming"],
      secret: "short",
      emulatorUrl: "https://evil.example",
      basePath: "auth",
      cookieName: "a b",
      returnTo: "//evil.example",
      waitMs: 0,
      storeDeadlineMs: Number.NaN,
      maxRefreshes: 1.5,
      timings: { hardMarginMs: -1 },
    });
    for (const name of [
      "clientId",
      "clientSecret",
      "localhost",
      "fragment",
      "user-read-birthdate",
      "secret (REFRAIN_SECRET)",
      "emulatorUrl",
      "basePath",
      "cookieName",
      "returnTo",
      "waitMs",
      "storeDeadlineMs",
      "maxRefreshes",
      "hardMarginMs",
    ]) {
      expect(
        problems.filter((problem) => problem.includes(name)),
        name,
      ).not.toEqual([]);
    }
  });

  const hooks: [option: keyof SpotifyAuthOptions, value: unknown, problem: string][] = [
    ["subject", "user-1", "subject"],
    ["renewConsent", "always", "renewConsent"],
    ["renewConsent", null, "renewConsent"],
    ["revokeOnDisconnect", "yes", "revokeOnDisconnect"],
    ["onSignIn", { title: "x" }, "onSignIn"],
    ["pages", "/sign-in", "pages must be"],
    ["pages", null, "pages must be"],
    ["pages", 5, "pages must be"],
    ["pages", { login: "/sign-in" }, 'pages knows no "login"'],
    ["pages", { signIn: "sign-in" }, "pages.signIn"],
    ["pages", { signIn: "//evil.example" }, "pages.signIn"],
    ["pages", { signIn: "https://evil.example/" }, "pages.signIn"],
    ["pages", { signIn: "/\\evil.example" }, "pages.signIn"],
    ["pages", { signIn: 5 }, "pages.signIn"],
    ["pages", { error: "<h1>" }, "pages.error"],
    ["logger", {}, "logger"],
    ["logger", "stdout", "logger"],
    ["logger", { debug() {}, info() {}, warn() {} }, "logger"],
    ["returnTo", { path: "//evil.example", allow: () => true }, "returnTo must"],
    ["returnTo", { allow: () => true }, "returnTo must"],
    ["returnTo", { path: "/" }, "returnTo.allow"],
    ["returnTo", { path: "/", allow: ["/app"] }, "returnTo.allow"],
    ["returnTo", 5, "returnTo must"],
  ];
  it.each(hooks)("name %s when it is %j", (option, value, problem) => {
    const problems = problemsOf({ ...good, clientId: " ", [option]: value });
    expect(problems.some((each) => each.startsWith("clientId"))).toBe(true);
    expect(problems.filter((each) => each.startsWith(problem))).toHaveLength(1);
  });

  it("take the hooks as they are", () => {
    const given = { subject: () => null, onSignIn: () => undefined, logger: console, renewConsent: "ask", revokeOnDisconnect: true } as const;
    const pages = { signIn: "/sign-in?x=1", error: () => null };
    expect(read({ ...good, ...given, pages })).toMatchObject({ ...given, pages });
    expect(read(good)).toMatchObject({ subject: null, onSignIn: null, logger: null, renewConsent: "auto", revokeOnDisconnect: false });
    expect(read(good).pages).toEqual({ signIn: null, error: null });
  });

  it("name all that is missing", () => {
    expect(problemsOf({})).toEqual([
      expect.stringMatching(/^clientId is missing: set SPOTIFY_CLIENT_ID /),
      expect.stringMatching(/^redirectUri is missing: set SPOTIFY_REDIRECT_URI /),
      expect.stringMatching(/^secret \(REFRAIN_SECRET\): .*openssl rand -base64 32$/),
    ]);
    expect(problemsOf({}, { SPOTIFY_CLIENT_ID: "", SPOTIFY_REDIRECT_URI: "", REFRAIN_SECRET: "  " })).toHaveLength(3);
  });

  it("never repeat a secret", () => {
    const canary = "canary with blanks";
    try {
      read({
        ...good,
        clientSecret: canary,
        secret: [canary, "canary-short"],
        redirectUri: "https://user:canary-password@app.example/cb?canary#canary",
        clientId: canary,
      });
      expect.unreachable();
    } catch (error) {
      expect(inspect(error, { depth: 20, showHidden: true }).replaceAll(/at .*/g, "")).not.toContain("canary");
    }
  });
});

describe("the redirect URI (S-005)", () => {
  it.each([
    ["http://app.example/cb", "http: Spotify accepts that with the literal 127.0.0.1 or [::1] only"],
    ["http://localhost:3000/cb", "localhost, which Spotify refuses: write 127.0.0.1"],
    ["https://localhost:3000/cb", "localhost, which Spotify refuses: write 127.0.0.1"],
    ["http://127.0.0.2/cb", "literal 127.0.0.1"],
    ["http://127.0.0.1.evil.example/cb", "literal 127.0.0.1"],
    ["http://127.1:3000/cb", "plain form"],
    ["http://0x7f.0.0.1:3000/cb", "plain form"],
    ["http://2130706433/cb", "plain form"],
    ["http://[0:0:0:0:0:0:0:1]:3000/cb", "plain form"],
    ["http://0.0.0.0/cb", "literal 127.0.0.1"],
    ["http://[::]/cb", "literal 127.0.0.1"],
    ["https://app.example/cb#", "fragment"],
    ["https://app.example/cb#x", "fragment"],
    ["https://user@app.example/cb", "user name or a password"],
    ["https://user:pw@app.example/cb", "user name or a password"],
    ["https://*.app.example/cb", "wildcard"],
    ["https://app.example/*", "wildcard"],
    ["https://app.example", "path of its own"],
    ["https://app.example/", "path of its own"],
    ["https://APP.example/cb", "plain form: write https://app.example/cb"],
    ["https://app.example:443/cb", "plain form"],
    ["https://app.example/a/../cb", "plain form"],
    ["https:app.example/cb", "plain form"],
    [" https://app.example/cb", "plain form"],
    ["custom://app/cb", "must begin with https://"],
    ["javascript:alert(1)", "must begin with https://"],
    ["/auth/spotify/callback", "not an absolute URL"],
    ["app.example/cb", "not an absolute URL"],
    ["https://app.example/auth/spotify/login", "another route of ours"],
  ])("%s is a mistake at start", (given, text) => {
    const problems = problemsOf({ ...good, redirectUri: given });
    expect(problems.join("\n")).toContain(text);
    for (const problem of problems) expect(problem).toMatch(/[.)]$/);
  });

  it.each([
    "https://app.example/cb",
    "https://app.example/cb?x=1",
    "http://127.0.0.1:3000/cb",
    "http://127.0.0.1/cb",
    "http://[::1]:3000/cb",
    "https://127.0.0.1/cb",
  ])("%s is fine, character by character", (given) => {
    expect(read({ ...good, redirectUri: given }).redirectUri.href).toBe(given);
  });
});

describe("the base path", () => {
  it.each([
    ["https://app.example/auth/spotify/callback", undefined, "/auth/spotify", ""],
    ["https://app.example/a/callback", undefined, "/a", ""],
    ["https://app.example/callback", undefined, "/auth/spotify", ""],
    ["https://app.example/done", undefined, "/auth/spotify", ""],
    ["https://app.example/a/callback/", undefined, "/auth/spotify", ""],
    ["https://app.example/music/auth/spotify/callback", "/auth/spotify", "/auth/spotify", "/music"],
    ["https://app.example/a/b/auth/callback", "/auth", "/auth", "/a/b"],
    ["https://app.example/auth/auth/callback", "/auth", "/auth", "/auth"],
    ["https://app.example/auth/spotify/done", "/auth/spotify", "/auth/spotify", ""],
    ["https://app.example/done", "/account/spotify", "/account/spotify", ""],
  ])("of %s with %s given is %s behind %j", (uri, given, basePath, prefix) => {
    expect(read({ ...good, redirectUri: uri, ...(given !== undefined && { basePath: given }) })).toMatchObject({ basePath, prefix });
  });

  it.each(["/other", "/auth/spotify/callback", "/auth/spot"])("%s, which the redirect URI cannot reach, is a mistake", (basePath) => {
    expect(problemsOf({ ...good, basePath })).toEqual([expect.stringContaining("cannot reach the routes below basePath")]);
  });

  it.each(["", "/", "auth", "/auth/", "//auth", "/a//b", "/a b", "/a?b", "/a%2fb", "https://app.example/auth"])("%j is a mistake", (basePath) => {
    expect(problemsOf({ ...good, basePath })).toEqual([expect.stringContaining("basePath must begin with /")]);
  });
});

describe("production", () => {
  const production = { NODE_ENV: "production" };
  const store = memoryStore();

  it("without a store is a mistake; elsewhere memory serves, with one warning line", () => {
    expect(problemsOf(good, production)).toEqual([expect.stringMatching(/^store is missing/)]);
    const confidential = { ...good, clientSecret: "secret-1" };
    expect(read(confidential).warnings).toEqual([expect.stringMatching(/^Refrain keeps grants in memory.*\.$/)]);
    expect(read({ ...confidential, store }).warnings).toEqual([]);
    expect(read({ ...good, store }, production).store).toBe(store);
  });

  it("refuses to switch off certificate checks (S-028)", () => {
    expect(problemsOf({ ...good, store }, { ...production, NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toEqual([
      expect.stringContaining("NODE_TLS_REJECT_UNAUTHORIZED"),
    ]);
    expect(problemsOf(good, { NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toEqual([]);
  });

  it.each([
    ["elsewhere", {}, {}, true],
    ["there", {}, production, false],
    ["there, where the environment allows it", {}, { ...production, REFRAIN_ALLOW_EMULATOR: "1" }, true],
    ["there, where the environment says true", {}, { ...production, REFRAIN_ALLOW_EMULATOR: "true" }, false],
    ["there, where the code allows it", { allowEmulator: true }, production, true],
    ["there, where the code forbids what the environment allows", { allowEmulator: false }, { ...production, REFRAIN_ALLOW_EMULATOR: "1" }, false],
  ])("lets in an emulator only when told to: %s", (_where, options, variables, allowed) => {
    const problems = problemsOf({ ...good, store, emulatorUrl: "http://127.0.0.1:4000", ...options }, variables);
    expect(problems).toEqual(allowed ? [] : [expect.stringContaining("emulatorUrl is set in production")]);
  });
});

describe("the emulator's address (S-028)", () => {
  it.each([
    "https://127.0.0.1:4000",
    "http://localhost:4000",
    "http://10.0.0.1:4000",
    "http://evil.example",
    "http://127.0.0.1:4000/path",
    "http://127.0.0.1:4000?x",
    "http://user@127.0.0.1:4000",
    "127.0.0.1:4000",
    "http://0.0.0.0:4000",
    "nonsense",
  ])("%s is a mistake", (emulatorUrl) => expect(problemsOf({ ...good, emulatorUrl })).toEqual([expect.stringContaining("must be an origin on this machine")]));
  it.each(["http://127.0.0.1:4000", "http://127.0.0.1:4000/", "http://[::1]:4000"])("%s is fine", (emulatorUrl) => {
    expect(read({ ...good, emulatorUrl }).issuer).toBe(emulatorUrl.replace(/\/$/, ""));
  });
});

describe("each other option", () => {
  it.each<[string, object, string]>([
    ["an id with a blank", { clientId: "client 1" }, "clientId holds white space"],
    ["a secret with a line feed", { clientSecret: "secret\n" }, "clientSecret holds white space"],
    ["an unknown scope", { scopes: ["user-top-reed"] }, 'scopes names "user-top-reed": Spotify knows no such scope'],
    ["a scope that is gone", { scopes: ["user-read-birthdate"] }, "Spotify removed it in 2019"],
    ["no secret at all", { secret: [] }, "secret (REFRAIN_SECRET)"],
    ["one weak secret of two", { secret: [secret, "weak"] }, "secret (REFRAIN_SECRET)"],
    ["a cookie name with a semicolon", { cookieName: "a;b" }, "cookieName must be"],
    ["an endless cookie name", { cookieName: "a".repeat(65) }, "cookieName must be"],
    ["a __Host- name on http", { cookieName: "__Host-x", redirectUri: "http://127.0.0.1:3000/a/callback" }, "on https only"],
    ["a returnTo elsewhere", { returnTo: "https://evil.example" }, "returnTo must be a path"],
    ["a returnTo with a backslash", { returnTo: "/\\evil.example" }, "returnTo must be a path"],
    ["no time to wait", { waitMs: 0 }, "waitMs must be a whole number from 1 to 60000"],
    ["too much time to wait", { waitMs: 60_001 }, "waitMs"],
    ["half a millisecond", { storeDeadlineMs: 0.5 }, "storeDeadlineMs"],
    ["no refreshes", { maxRefreshes: 0 }, "maxRefreshes"],
    ["text for a number", { timings: { suspectMs: "60" } }, "timings.suspectMs"],
    ["an infinite margin", { timings: { hardMarginMs: Infinity } }, "timings.hardMarginMs"],
    ["renewing further ahead than a renewal is known to be one", { timings: { renewAheadMs: 28 * 86_400_000 + 1 } }, "timings.renewAheadMs"],
    ["refreshing ahead the wrong way round", { timings: { refreshAheadMs: [2, 1] } }, "smaller number first"],
    [
      "a lease no longer than its deadline",
      { timings: { leaseMs: { living: 25_000, dead: 15_000 } } },
      "timings.leaseMs.living must be more than a second longer",
    ],
    ["a dead lease no longer than its deadline", { timings: { tokenDeadlineMs: { living: 25_000, dead: 14_000 } } }, "timings.leaseMs.dead must be"],
    ["backoff the wrong way round", { timings: { backoffMs: { min: 2, max: 1 } } }, "timings.backoffMs.min"],
    ["half a session", { session: { absoluteMs: 60_000 } }, "session.idleMs"],
    ["a session idle for longer than in all", { session: { absoluteMs: 60_000, idleMs: 60_001 } }, "session.idleMs must not be greater"],
    ["a session longer than any cookie (S-044)", { session: { absoluteMs: 401 * 86_400_000, idleMs: 60_000 } }, "session.absoluteMs"],
    ["an unknown session preset", { session: "lax" }, "session"],
    ["null for a pair", { timings: { leaseMs: null } }, "timings.leaseMs.living"],
  ])("%s is a mistake", (_what, option, text) => expect(problemsOf({ ...good, ...option }).join("\n")).toContain(text));

  it.each<[string, object, object]>([
    ["strict sessions (S-052)", { session: "strict" }, { timings: { ...defaultTimings, session: { absoluteMs: 86_400_000, idleMs: 3_600_000 } } }],
    [
      "sessions in ms",
      { session: { absoluteMs: 60_000, idleMs: 60_000 } },
      { timings: { ...defaultTimings, session: { absoluteMs: 60_000, idleMs: 60_000 } } },
    ],
    ["some timings", { timings: { hardMarginMs: 0, suspectMs: undefined } }, { timings: { ...defaultTimings, hardMarginMs: 0 } }],
    ["a cookie name", { cookieName: "__Secure-mine" }, { cookieName: "__Secure-mine" }],
    ["the default cookie name on https (D5)", {}, { cookieName: "__Host-refrain" }],
    ["the default cookie name on http (D5)", { redirectUri: "http://[::1]:8080/a/callback" }, { cookieName: "refrain-8080" }],
    ["the default cookie name on http's own port", { redirectUri: "http://127.0.0.1/a/callback" }, { cookieName: "refrain-80" }],
    ["a page to return to", { returnTo: "/home?x=1#y" }, { returnTo: "/home?x=1#y" }],
  ])("%s is fine", (_what, option, settings) => expect(read({ ...good, ...option })).toMatchObject(settings));
});

describe("the environment of the process", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is read at each call, without blanks around, and nothing counts as not set", () => {
    vi.stubGlobal("process", { env: { SPOTIFY_CLIENT_ID: " a ", SPOTIFY_SCOPES: " " } });
    expect([processEnvironment("SPOTIFY_CLIENT_ID"), processEnvironment("SPOTIFY_SCOPES"), processEnvironment("NODE_ENV")]).toEqual([
      "a",
      undefined,
      undefined,
    ]);
    vi.stubGlobal("process", { env: { SPOTIFY_CLIENT_ID: "b" } });
    expect(processEnvironment("SPOTIFY_CLIENT_ID")).toBe("b");
  });

  it.each([undefined, {}])("may be missing (%j)", (process) => {
    vi.stubGlobal("process", process);
    expect(processEnvironment("SPOTIFY_CLIENT_ID")).toBeUndefined();
    expect(() => warnProcess("line")).not.toThrow();
  });

  it("is told of warnings by its own means", () => {
    const emitWarning = vi.fn();
    vi.stubGlobal("process", { emitWarning });
    warnProcess("line");
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith("line", "RefrainWarning");
  });
});
