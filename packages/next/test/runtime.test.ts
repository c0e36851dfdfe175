import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fetched, opened, ownOptions, user } from "./support/unit.js";

vi.mock("server-only", () => ({}));
const place = Symbol.for("@refrain/next");
const here = globalThis as { [place]?: Map<string, unknown> };

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
  delete here[place];
});

/** The module as another bundle, or a hot reload, has it: evaluated anew, core included. */
async function evaluated(): Promise<typeof import("../src/index.js")> {
  vi.resetModules();
  return import("../src/index.js");
}

describe("one instance", () => {
  test("however often a module is evaluated, also where its functions read otherwise", async () => {
    const secret = randomBytes(32).toString("base64url");
    const [one, other] = [await evaluated(), await evaluated()];
    expect(one.createSpotify).not.toBe(other.createSpotify);
    const first = one.createSpotify(ownOptions({ secret, onSignIn: () => undefined })).auth();
    expect(other.createSpotify(ownOptions({ secret, onSignIn: () => void "otherwise" })).auth()).toBe(first);
    expect(other.createSpotify(ownOptions({ secret, scopes: ["user-top-read"] })).auth()).not.toBe(first);
    expect(other.createSpotify(ownOptions({ secret })).auth()).not.toBe(first);
    expect(here[place]?.size).toBe(3);
  });

  test("errors and sessions of the first evaluation are answered for the second", async () => {
    const options = ownOptions();
    const one = await evaluated();
    const { signInAs } = await import("@refrain/core/testing");
    const cookie = await signInAs(one.createSpotify(options).auth(), { user });
    const { createSpotify } = await evaluated();
    const answers = [{}, { cookie }].map(async (more) => {
      const handler = createSpotify(options).withSpotify(() => Response.json("never"), { scopes: ["user-read-email"] });
      return (await handler(fetched("/api/me", more), { params: Promise.resolve({}) })).status;
    });
    expect(await Promise.all(answers)).toEqual([401, 403]);
  });

  test("its name holds no secret", async () => {
    const options = ownOptions({ clientSecret: "canary-canary-canary" });
    const { createSpotify } = await evaluated();
    createSpotify(options).auth();
    const shown = inspect(here[place], { depth: 20, showHidden: true });
    for (const secret of [options.clientSecret, options.secret]) expect(shown).not.toContain(secret);
  });

  test("what has methods may refer to itself", async () => {
    const { createSpotify } = await evaluated();
    const logger = { debug() {}, info() {}, warn() {}, error() {}, self: null as unknown };
    logger.self = logger;
    expect(() => createSpotify(ownOptions({ logger })).auth()).not.toThrow();
  });
});

describe("importing", () => {
  test("reads and opens nothing, whatever is set; the first use says what is missing, each time", async () => {
    for (const name of ["SPOTIFY_CLIENT_ID", "SPOTIFY_REDIRECT_URI", "REFRAIN_SECRET"]) vi.stubEnv(name, "");
    const { check, handlers, withSpotify, proxy } = await evaluated();
    const handler = withSpotify(() => Response.json("never"));
    expect(here[place]).toBeUndefined();
    for (let time = 0; time < 2; time++) {
      await expect(check()).rejects.toThrow("clientId is missing: set SPOTIFY_CLIENT_ID");
      await expect(handlers.GET(opened("/auth/spotify/login"))).rejects.toThrow("clientId is missing");
      await expect(handler(opened("/x"), { params: Promise.resolve({}) })).rejects.toThrow("clientId is missing");
      await expect(proxy(opened("/x"))).rejects.toThrow("clientId is missing");
    }
    expect(here[place]?.size ?? 0).toBe(0);
  });

  test("variables that are set after the import count", async () => {
    const { check, handlers } = await evaluated();
    const { clientId = "", clientSecret = "", redirectUri = "", secret } = ownOptions();
    const variables = { SPOTIFY_CLIENT_ID: clientId, SPOTIFY_CLIENT_SECRET: clientSecret, SPOTIFY_REDIRECT_URI: redirectUri, REFRAIN_SECRET: String(secret) };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await expect(check()).resolves.toBeUndefined();
    expect((await handlers.GET(opened("/auth/spotify/login"))).status).toBe(303);
  });
});

describe("other runtimes", () => {
  test("on Edge everything loads, and refuses with what to write", async () => {
    const { createSpotify, createSpotifyPages, handlers, ...others } = await import("../src/on-the-edge.js");
    const served = Object.values(handlers);
    const wrapped = [others.withSpotify(), others.withSpotifyApi(), others.withSpotifyPage()];
    for (const call of [...served, ...wrapped, others.getSpotify, others.proxy]) expect(call).toThrow('runtime: "nodejs"');
    // What instrumentation.ts calls must not take the app's own Edge routes down.
    await expect(others.check()).resolves.toBeUndefined();
    expect(Object.keys(createSpotify()).toSorted()).toEqual(Object.keys((await evaluated()).createSpotify()).toSorted());
    expect(Object.keys(createSpotifyPages()).toSorted()).toEqual(Object.keys((await import("../src/pages/index.js")).createSpotifyPages()).toSorted());
  });

  test("in a browser's bundle it ends with what to import", async () => {
    await expect(import("../src/server-only-use-refrain-next-client.js")).rejects.toThrow("import from @refrain/next/client");
  });
});
