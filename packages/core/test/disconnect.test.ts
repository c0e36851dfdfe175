import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createEmitter } from "../src/events.js";
import { disconnectGrant } from "../src/grants/disconnect-grant.js";
import type { Engine } from "../src/grants/engine.js";
import { cached, createSpotifyAuth, memoryStore, type SpotifyAuth, type SpotifyAuthOptions, type Store } from "../src/index.js";
import { type ManualClock, manualClock } from "../src/testing/manual-clock.js";
import { signInAs } from "../src/testing/sign-in-as.js";
import { secret, until } from "./grants/world.js";
import { type LoopbackServer, serve } from "./protocol/loopback-server.js";

const origin = "http://127.0.0.1:3000";

interface Scene {
  readonly auth: SpotifyAuth;
  readonly server: LoopbackServer;
  readonly clock: ManualClock;
  readonly cookie: string;
  /** What the operator sees: events, log lines, errors. */
  readonly seen: unknown[];
  readonly failures: unknown[];
}

/** An app whose Spotify is a server that answers the revocation as told: with a status, or never. */
async function open(answer: (asked: number) => number | null, options: SpotifyAuthOptions = {}): Promise<Scene> {
  const clock = manualClock();
  const server = await serve((response) => {
    const status = answer(server.received.length);
    if (status !== null) response.writeHead(status).end();
  });
  const [seen, failures]: unknown[][] = [[], []];
  const line = (fields: object, message: string): void => void seen?.push({ fields, message });
  const auth = createSpotifyAuth({
    clientId: "client",
    clientSecret: "client-secret",
    redirectUri: `${origin}/auth/spotify/callback`,
    secret,
    emulatorUrl: server.origin,
    clock,
    store: memoryStore({ clock }),
    logger: { debug: line, info: line, warn: line, error: line },
    revokeOnDisconnect: true,
    ...options,
  });
  auth.on("revocationFailed", (event) => failures?.push(event));
  const cookie = await signInAs(auth, { user: "ada" });
  return { auth, server, clock, cookie, seen: seen ?? [], failures: failures ?? [] };
}

const disconnectRoute = (cookie: string): Request =>
  new Request(`${origin}/auth/spotify/disconnect`, { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" } });

const tokenOf = ({ server }: Scene): string => new URLSearchParams(server.received[0]?.body).get("token") ?? "";

describe("revokeOnDisconnect", () => {
  it.each([
    ["is not set", {}],
    ["is false", { revokeOnDisconnect: false }],
  ])("%s: Spotify is asked nothing", async (_, options) => {
    const { auth, server, cookie } = await open(() => 200, { revokeOnDisconnect: undefined, ...options });
    await auth.disconnect("ada");
    const handed: unknown[] = [];
    const again = await signInAs(auth, { user: "ada" });
    expect((await auth.handle(disconnectRoute(again), { waitUntil: (promise) => handed.push(promise) }))?.status).toBe(204);
    await auth.close();
    expect(await auth.session({ cookie })).toBeNull();
    expect(server.received).toEqual([]);
    expect(handed).toEqual([]);
  });

  it("S-060 asks Spotify once everything is erased here, with the token that was stored", async () => {
    const scene = await open(() => 200);
    const { auth, server, cookie, failures } = scene;
    const order: string[] = [];
    auth.on("signedOut", () => order.push(`erased, ${server.received.length} asked`));
    await auth.disconnect("ada");
    expect(await auth.session({ cookie })).toBeNull();
    await until(() => server.received.length === 1, "the revocation");
    await auth.close();
    expect(order).toEqual(["erased, 0 asked"]);
    expect(server.received.map(({ path }) => path)).toEqual(["/oauth2/revoke/v1"]);
    expect(tokenOf(scene)).toMatch(/^refresh-/);
    expect(failures).toEqual([]);
  });

  it("is not asked for by a sign-out, nor for somebody of whom nothing is stored", async () => {
    const { auth, server, cookie } = await open(() => 200);
    await auth.signOut("ada");
    await auth.disconnect("ada");
    await auth.disconnect("nobody");
    expect(await auth.session({ cookie })).toBeNull();
    await auth.close();
    expect(server.received).toEqual([]);
  });

  it("S-060 an endpoint that hangs keeps nobody waiting: disconnect is done within 100 ms, and the rest is handed to waitUntil", async () => {
    const scene = await open(() => null);
    const { auth, server, clock, cookie, failures } = scene;
    // Whatever is loaded on the way is loaded now: that is not what is measured.
    await import("../src/protocol/revocation-endpoint.js");
    await auth.handle(new Request(`${origin}/auth/spotify/session`));
    const handed: Promise<unknown>[] = [];
    const began = performance.now();
    const answer = await auth.handle(disconnectRoute(cookie), { waitUntil: (promise) => handed.push(promise) });
    expect(performance.now() - began).toBeLessThan(100);
    expect(answer?.status).toBe(204);
    expect(await auth.session({ cookie })).toBeNull();
    expect(handed).toHaveLength(1);

    const next = await signInAs(auth, { user: "ada" });
    const secondBegan = performance.now();
    await auth.disconnect("ada");
    expect(performance.now() - secondBegan).toBeLessThan(100);
    expect(await auth.session({ cookie: next })).toBeNull();

    await until(() => server.received.length === 2, "both revocations");
    expect(failures).toEqual([]);
    await clock.advance(2_000);
    await Promise.all(handed);
    await until(() => failures.length === 2, "both to be given up");
  });

  it.each([
    ["503 twice", (): number => 503, 503, 2],
    ["400", (): number => 400, 400, 1],
    ["a redirect", (): number => 302, 302, 1],
    ["nothing", (): null => null, null, 1],
  ])("S-060 %s: everything is erased, and the operator hears the status and nothing else", async (_, answer, status, asked) => {
    const scene = await open(answer);
    const { auth, server, clock, cookie, seen, failures } = scene;
    await auth.disconnect("ada");
    expect(await auth.session({ cookie })).toBeNull();
    await until(() => server.received.length === asked, "the revocation");
    if (status === null) await clock.advance(2_000);
    await until(() => failures.length > 0, "the event");
    expect(failures).toEqual([{ grant: expect.stringMatching(/^[\w-]{10}$/) as string, status }]);
    expect(seen).toContainEqual({ fields: { event: "revocationFailed", ...(failures[0] as object) }, message: "Spotify did not confirm a revocation" });
    const told = JSON.stringify([seen, failures]);
    expect(tokenOf(scene).length).toBeGreaterThan(20);
    for (const hidden of [tokenOf(scene), "client-secret", cookie.split(".")[1] ?? cookie]) expect(told).not.toContain(hidden);
    await auth.close();
    expect(server.received).toHaveLength(asked);
  });

  it("asks for the token that counts, although this process's cache has not heard of it", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const revoked: (string | null)[] = [];
    const spotify: typeof fetch = async (input, init) => {
      if (!String(input instanceof Request ? input.url : input).endsWith("/oauth2/revoke/v1"))
        return Response.json({ access_token: "BQ-2", token_type: "Bearer", expires_in: 3600, refresh_token: "AQ-2" });
      if (init?.body instanceof URLSearchParams) revoked.push(init.body.get("token"));
      return new Response();
    };
    const behind = cached({ get: store.get.bind(store), swap: store.swap.bind(store) }, { maxAgeMs: 5_000 });
    const [elsewhere, here] = [await open(() => 200, { store, clock, fetch: spotify }), await open(() => 200, { store: behind, clock, fetch: spotify })];
    await here.auth.session({ cookie: here.cookie });
    await clock.advance(3_600_000);
    await here.auth.session({ cookie: here.cookie });
    expect((await elsewhere.auth.forUser("ada").token()).reveal()).toBe("BQ-2");
    await here.auth.disconnect("ada");
    await here.auth.close();
    expect(revoked).toEqual(["AQ-2"]);
  });

  it("a store that fails to be read first is erased all the same, and Spotify is not asked", async () => {
    let fail = false;
    const clock = manualClock({ flows: true });
    const inner = memoryStore({ clock });
    const store: Store = {
      swap: (...swap) => inner.swap(...swap),
      get(key) {
        if (!fail) return inner.get(key);
        fail = false;
        return Promise.reject(new Error("for a moment"));
      },
    };
    const { auth, server, cookie } = await open(() => 200, { store, clock });
    fail = true;
    await auth.disconnect("ada");
    expect(await auth.session({ cookie })).toBeNull();
    await auth.close();
    expect(server.received).toEqual([]);
  });

  it("a store that cannot erase says so, and Spotify is not asked", async () => {
    let down = false;
    const inner = memoryStore();
    const store: Store = { get: (key) => inner.get(key), swap: (...swap) => (down ? Promise.reject(new Error("down")) : inner.swap(...swap)) };
    const { auth, server, cookie } = await open(() => 200, { store, clock: manualClock({ flows: true }), waitMs: 50 });
    down = true;
    await expect(auth.disconnect("ada")).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    expect(await auth.session({ cookie })).not.toBeNull();
    await auth.close();
    expect(server.received).toEqual([]);
  });

  it("whatever fails on the way rejects nothing", async () => {
    const emitter = createEmitter();
    const heard: unknown[] = [];
    emitter.on("revocationFailed", (event) => heard.push(event));
    const grant = { phase: { name: "active" }, refresh: { token: "AQ" } };
    const engine = { read: async () => grant, change: async () => null } as unknown as Engine;
    const handed: Promise<unknown>[] = [];
    const revoke = (): Promise<never> => Promise.reject(new Error("a module that is not there any more"));
    const settings = { clock: manualClock() } as never;
    await disconnectGrant({ settings, engine, emitter, revoke }, "key", (promise) => handed.push(promise));
    await expect(Promise.all(handed)).resolves.toHaveLength(1);
    expect(heard).toEqual([{ grant: "key", status: null }]);
  });
});

describe("close()", () => {
  it("waits for a revocation under way, which has two seconds", async () => {
    const { auth, server, clock } = await open(() => null);
    await auth.disconnect("ada");
    await until(() => server.received.length === 1, "the revocation");
    let closed = false;
    const closing = auth.close().then(() => (closed = true));
    await clock.advance(1_999);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
    expect(clock.pending()).toBe(0);
  });
});

describe("a process", () => {
  it.each(["with close()", "without"])("promise 12: ends although the revocation endpoint hangs, %s", async (how) => {
    const server = await serve(() => undefined);
    const core = new URL("../dist/index.js", import.meta.url).href;
    const testing = new URL("../dist/testing/sign-in-as.js", import.meta.url).href;
    const program = `
      import { createSpotifyAuth, memoryStore, systemClock } from ${JSON.stringify(core)};
      import { signInAs } from ${JSON.stringify(testing)};
      const clock = { ...systemClock, after: (ms, callback, background) => systemClock.after(ms / 2, callback, background) };
      const auth = createSpotifyAuth({ store: memoryStore(), revokeOnDisconnect: true, clock });
      auth.on("revocationFailed", ({ status }) => console.log("failed", status));
      await signInAs(auth, { user: "ada" });
      await auth.disconnect("ada");
      console.log("disconnected");
      ${how === "without" ? "" : 'await auth.close(); console.log("closed");'}
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      timeout: 10_000,
      env: {
        PATH: process.env["PATH"],
        SPOTIFY_CLIENT_ID: "client",
        SPOTIFY_CLIENT_SECRET: "client-secret",
        SPOTIFY_REDIRECT_URI: `${origin}/callback`,
        REFRAIN_SECRET: secret,
        REFRAIN_EMULATOR_URL: server.origin,
      },
    });
    expect(stdout.trim().split("\n")).toEqual(["disconnected", "failed null", ...(how === "without" ? [] : ["closed"])]);
    expect(server.received).toHaveLength(1);
  });
});
