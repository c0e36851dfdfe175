import { Readable } from "node:stream";
import { inspect } from "node:util";
import { type Emulator, startEmulator } from "@refrain/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SpotifyAuth, SpotifySession } from "../../src/index.js";
import { createSpotifyAuth, memoryStore, requireSession } from "../../src/index.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";
import { secret } from "../grants/world.js";
import { signInThrough } from "./sign-in-through.js";

const minute = 60_000;

let clock: ManualClock;
let emulator: Emulator;
let auth: SpotifyAuth;
let cookie: string;
let session: SpotifySession;
/** Answers calls of the Web API in the emulator's place; `null` = the emulator does. */
let api: typeof fetch | null;

const open = async (): Promise<SpotifySession> => {
  const found = await auth.session({ cookie });
  if (found === null) throw new Error("nobody is signed in");
  return found;
};

beforeEach(async () => {
  clock = manualClock({ flows: true });
  api = null;
  emulator = await startEmulator({ now: () => clock.now() });
  auth = createSpotifyAuth({
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: "http://127.0.0.1:3000/callback",
    scopes: ["user-top-read"],
    secret,
    emulatorUrl: emulator.origin,
    fetch: (input, init) => (input instanceof URL && input.pathname.startsWith("/v1/") && api !== null ? api : fetch)(input, init),
    store: memoryStore({ clock }),
    clock,
  });
  cookie = await signInThrough(auth, emulator, "mira");
  session = await open();
});

afterEach(async () => {
  await auth.close();
  await emulator.close();
});

const refreshes = (): number => emulator.tokenCalls({ grantType: "refresh_token" });
const apiCalls = (): number => emulator.log.filter(({ endpoint }) => endpoint === "api").length;

describe("calls to the Web API", () => {
  it("carry the user's token and give what Spotify answers", async () => {
    expect(await session.json<{ id: string }>("/v1/me")).toMatchObject({ id: "mira" });
    const response = await session.fetch("/v1/me/top/tracks?limit=3");
    expect(response.status).toBe(200);
  });

  it("204 is undefined, not a parse error", async () => {
    emulator.fault({ on: "api", kind: "body", body: "", status: 200, path: "/v1/me" });
    expect(await session.json("/v1/me")).toBeUndefined();
  });

  it.each([
    ["POST", "/v1/me/player/next"],
    ["PUT", "https://api.spotify.com/v1/me/player/play?device_id=d"],
    ["put", "/v1/me/player"],
  ])("a command to the player that Spotify answers with a few letters is done, not a failure that is tried again: %s %s", async (method, path) => {
    const player = await auth.session({ cookie: await signInThrough(auth, emulator, "mira", "?scope=user-modify-playback-state+user-read-playback-state") });
    emulator.fault({ on: "api", kind: "body", body: "CAVznnjOzyDTRK7Ap0Ss", path: "/v1/me/player*" });
    expect(await player?.json(path, { method })).toBeUndefined();
    await expect(player?.json("/v1/me/player")).rejects.toMatchObject({ code: "temporarily_unavailable" });
  });

  it("S-030 the token goes to the Web API and nowhere else, whatever the path", async () => {
    const before = apiCalls();
    const hostile = [
      "//evil.example/v1/me",
      "https://evil.example/v1/me",
      "http://127.0.0.1:1/v1/me",
      `${emulator.origin}@evil.example/`,
      `${emulator.origin.replace("http://", "http://user:pass@")}/v1/me`,
      "\\\\evil.example\\v1",
      "/\\evil.example/v1/me",
      "/\t/evil.example",
      "@evil.example/v1",
      ":80/v1",
      "v1/me",
      "",
      "javascript:alert(1)",
      "data:text/plain,x",
    ];
    for (const path of hostile) await expect(session.fetch(path), path).rejects.toMatchObject({ code: "configuration_error" });
    expect(apiCalls()).toBe(before);
  });

  it("follows the links in Spotify's answers to wherever the Web API is", async () => {
    const page = await session.json<{ next: string }>("/v1/me/top/tracks?limit=1");
    expect(page.next).toMatch(/^https:\/\/api\.spotify\.com\/v1\//);
    expect(await session.json(page.next)).toMatchObject({ href: expect.any(String) as string });
    await expect(session.fetch("https://api.spotify.com.evil.example/v1/me")).rejects.toMatchObject({ code: "configuration_error" });
  });

  it.each<RequestInit>([{ body: "with a GET" }, { method: "NO METHOD" }, { mode: "navigate" }])(
    "%j, which cannot be sent, is no outage of Spotify's",
    async (init) => {
      await expect(session.fetch("/v1/me", init)).rejects.toThrow(TypeError);
    },
  );

  it("S-023 redirects are not followed", async () => {
    emulator.fault({ on: "api", kind: "status", status: 307, headers: { location: "http://127.0.0.1:1/steal" }, body: "" });
    expect((await session.fetch("/v1/me")).status).toBe(307);
  });

  it("an authorization header of the caller's own never leaves", async () => {
    expect((await session.fetch("/v1/me", { headers: { Authorization: "Bearer forged" } })).status).toBe(200);
  });
});

describe("401 from the API", () => {
  it("S-025 an old token is refreshed once for everybody, and every call replayed once", async () => {
    await clock.advance(minute);
    session = await open();
    const disarm = emulator.fault({ on: "api", kind: "unauthorized" });
    auth.on("refreshed", disarm);
    const before = apiCalls();
    const answers = await Promise.all(Array.from({ length: 10 }, () => session.fetch("/v1/me")));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(apiCalls() - before).toBeLessThanOrEqual(20);
    expect(refreshes()).toBe(1);
  });

  it("a body that can be read again is sent again", async () => {
    cookie = await signInThrough(auth, emulator, "mira", "?scope=playlist-modify-public");
    await clock.advance(minute);
    session = await open();
    emulator.fault({ on: "api", kind: "unauthorized", times: 1 });
    const before = apiCalls();
    const init = { method: "POST", body: JSON.stringify({ name: "x", public: false }), headers: { "content-type": "application/json" } };
    // Private playlists need another scope, and only a call whose body was read is told so.
    await expect(session.fetch("/v1/me/playlists", init)).rejects.toMatchObject({ code: "missing_scopes", missing: ["playlist-modify-private"] });
    expect(apiCalls() - before).toBe(2);
  });

  const data = '{"position_ms":1}';
  const form = new FormData();
  form.set("name", data);
  const encoded = new TextEncoder().encode(data);
  const once = async function* (): AsyncGenerator<Uint8Array> {
    yield encoded;
  };
  /** What each request had as its body, of a call whose token is refused at first. */
  async function bodiesOf(body: unknown): Promise<{ readonly status: number; readonly sent: readonly string[] }> {
    await clock.advance(minute);
    session = await open();
    const sent: string[] = [];
    api = async (input, init) => {
      sent.push(await new Request(input, init).text());
      return new Response("{}", { status: sent.length === 1 ? 401 : 200 });
    };
    const { status } = await session.fetch("/v1/me/brand-new", { method: "PUT", body } as RequestInit);
    return { status, sent };
  }

  it.each<[string, unknown]>([
    ["a string", data],
    ["bytes", encoded],
    ["an ArrayBuffer", encoded.buffer],
    ["a DataView", new DataView(encoded.buffer)],
    ["a Buffer", Buffer.from(data)],
    ["a Blob", new Blob([data])],
    ["a FormData", form],
    ["a URLSearchParams", new URLSearchParams({ name: data })],
    ["no body", undefined],
    ["null", null],
  ])("%s is sent again as it was", async (_, body) => {
    const { status, sent } = await bodiesOf(body);
    expect(status).toBe(200);
    const [first, second] = sent.map((text) => text.replaceAll(/-+formdata-undici-\d+/g, "boundary"));
    expect(sent).toHaveLength(2);
    expect(second).toBe(first);
  });

  it.each<[string, () => unknown]>([
    ["a ReadableStream", () => new Blob([data]).stream()],
    ["an async generator", once],
    ["a Readable of Node", () => Readable.from([encoded])],
  ])("%s is not sent again: the caller sees the 401, and the next call has the new token", async (_, body) => {
    expect(await bodiesOf(body())).toEqual({ status: 401, sent: [data] });
    expect((await session.fetch("/v1/me")).status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it("refused again, the API's own 401 goes to the caller, and nothing loops", async () => {
    await clock.advance(minute);
    session = await open();
    emulator.fault({ on: "api", kind: "unauthorized" });
    expect((await session.fetch("/v1/me")).status).toBe(401);
    expect((await session.fetch("/v1/me")).status).toBe(401);
    expect(refreshes()).toBe(1);
  });

  it("a token younger than 30 s is not refreshed for it", async () => {
    emulator.fault({ on: "api", kind: "unauthorized" });
    const before = apiCalls();
    expect((await session.fetch("/v1/me")).status).toBe(401);
    expect([apiCalls() - before, refreshes()]).toEqual([1, 0]);
  });

  it("touches neither backoff nor trouble", async () => {
    await clock.advance(minute);
    session = await open();
    emulator.fault({ on: "api", kind: "unauthorized", times: 1 });
    emulator.fault({ on: "token", kind: "status", status: 503, times: 2 });
    await expect(session.fetch("/v1/me")).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect((await session.status()).phase).toBe("backoff");
  });

  it("Permissions missing is a missing scope: no refresh, no replay", async () => {
    await clock.advance(minute);
    session = await open();
    emulator.fault({ on: "api", kind: "permissions-missing" });
    const before = apiCalls();
    await expect(session.fetch("/v1/me")).rejects.toMatchObject({ code: "missing_scopes", status: 403 });
    expect([apiCalls() - before, refreshes()]).toEqual([1, 0]);
  });
});

describe("what else the API says", () => {
  /** An answer of which this much is sent before `then` happens to it. */
  const answering =
    (status: number, begun: Uint8Array | string, then: (body: ReadableStreamDefaultController) => void): typeof fetch =>
    async () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(typeof begun === "string" ? new TextEncoder().encode(begun) : begun),
        pull: then,
      });
      return new Response(body, { status });
    };
  const breaking = (body: ReadableStreamDefaultController): void => body.error(new TypeError("terminated"));
  const notUtf8 = Uint8Array.of(0xe9, 0xe8);

  describe.each<[string, (status: number) => typeof fetch]>([
    ["breaks off", (status) => answering(status, '{"error":', breaking)],
    ["is not UTF-8", (status) => answering(status, notUtf8, (body) => body.close())],
  ])("a refusal whose body %s is one without a body", (_, unreadable) => {
    it("403 is the caller's to see from fetch, and RequestRefused from json", async () => {
      api = unreadable(403);
      const response = await session.fetch("/v1/me");
      expect([response.status, await response.text()]).toEqual([403, ""]);
      await expect(session.json("/v1/me")).rejects.toMatchObject({ code: "request_refused", apiStatus: 403 });
    });

    it("429 is RateLimited", async () => {
      api = unreadable(429);
      await expect(session.fetch("/v1/me")).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 1_000 });
    });

    it("401 is refreshed, and the call repeated", async () => {
      await clock.advance(minute);
      session = await open();
      api = async (...call) => {
        api = null;
        return unreadable(401)(...call);
      };
      expect(await session.json<{ id: string }>("/v1/me")).toMatchObject({ id: "mira" });
      expect(refreshes()).toBe(1);
    });
  });

  it("a body that is given up because it is not UTF-8 does not hold its connection", async () => {
    let freed = false;
    api = async () => new Response(new ReadableStream({ pull: (body) => body.enqueue(notUtf8), cancel: () => void (freed = true) }), { status: 403 });
    expect((await session.fetch("/v1/me")).status).toBe(403);
    expect(freed).toBe(true);
  });

  it("a caller that aborts while a refusal is read hears of its own abort", async () => {
    const leaving = new AbortController();
    api = answering(403, "", (body) => {
      leaving.abort();
      body.error(leaving.signal.reason);
    });
    await expect(session.fetch("/v1/me", { signal: leaving.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["not-allowlisted", "user"],
    ["owner-not-premium", "owner"],
  ] as const)("the plain-text 403 %s is NotAllowlisted (%s)", async (kind, reason) => {
    emulator.fault({ on: "api", kind });
    await expect(session.json("/v1/me")).rejects.toMatchObject({ code: "not_allowlisted", reason });
  });

  it.each([
    [3, 3_000],
    [48_925, 48_925_000],
    [9_999_999, 86_400_000],
    [undefined, 1_000],
    ["nonsense", 1_000],
  ] as const)("S-035 429 with Retry-After %s is RateLimited, not a wait", async (retryAfter, retryAfterMs) => {
    emulator.fault({ on: "api", kind: "rate-limit", ...(retryAfter === undefined ? {} : { retryAfter }) });
    const before = apiCalls();
    await expect(session.fetch("/v1/me")).rejects.toMatchObject({ code: "rate_limited", status: 429, retryAfterMs });
    expect(apiCalls() - before).toBe(1);
  });

  it.each([502, 503])("a %i is the caller's to see from fetch, and 503 from json", async (status) => {
    emulator.fault({ on: "api", kind: "status", status, body: "<html>", contentType: "text/html" });
    expect((await session.fetch("/v1/me")).status).toBe(status);
    await expect(session.json("/v1/me")).rejects.toMatchObject({ code: "temporarily_unavailable" });
  });

  it("a 404 is RequestRefused from json, with its status", async () => {
    await expect(session.json("/v1/no-such-thing")).rejects.toMatchObject({ code: "request_refused", apiStatus: 404 });
  });

  it.each([500, 404])("the body of a %i is given up by json, so that its connection is free for the next call", async (status) => {
    let freed = false;
    api = async () => new Response(new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(65_536)), cancel: () => void (freed = true) }), { status });
    await expect(session.json("/v1/me")).rejects.toMatchObject({ status: status === 500 ? 503 : 502 });
    expect(freed).toBe(true);
  });

  it("a body that is not JSON is 503, and is not quoted", async () => {
    emulator.fault({ on: "api", kind: "body", body: "{broken canary-body" });
    const error: unknown = await session.json("/v1/me").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "temporarily_unavailable" });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("canary-body");
  });

  it.each(["reset", "silence"] as const)("F-011 %s ends in 503 within the deadline", async (kind) => {
    emulator.fault({ on: "api", kind });
    const answer = session.fetch("/v1/me");
    if (kind === "silence") setTimeout(() => void clock.advance(30_000), 100);
    await expect(answer).rejects.toMatchObject({ code: "temporarily_unavailable" });
  });

  /** An answer that begins, and goes on when told to. */
  function stalling(status: number) {
    const [stalled, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const call = { stalled: stalled.promise, goOn: goesOn.resolve, freed: false };
    api = async (_url, init) => {
      init?.signal?.addEventListener("abort", () => (call.freed = true));
      const rest = async (body: ReadableStreamDefaultController): Promise<void> => {
        stalled.resolve();
        await goesOn.promise;
        body.enqueue(new TextEncoder().encode("1}"));
        body.close();
      };
      return new Response(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"n":')), pull: rest }), { status });
    };
    return call;
  }

  it.each([
    ["json", 200],
    ["json", 403],
    ["fetch", 401],
    ["fetch", 403],
    ["fetch", 429],
  ] as const)("F-011 a body that stalls under %s of a %s ends in 503 within the deadline, and its connection is freed", async (method, status) => {
    const call = stalling(status);
    let ended = false;
    const answer = expect(session[method]("/v1/me").finally(() => (ended = true))).rejects.toMatchObject({
      code: "temporarily_unavailable",
      reason: "spotify",
    });
    await call.stalled;
    await clock.advance(25_000);
    expect([ended, call.freed]).toEqual([false, false]);
    await clock.advance(5_000);
    await answer;
    expect(call.freed).toBe(true);
  });

  it("F-011 an answer that comes a byte at a time ends json in 503 within the deadline", async () => {
    emulator.fault({ on: "api", kind: "slow-loris" });
    const answer = session.json("/v1/me");
    setTimeout(() => void clock.advance(30_000), 100);
    await expect(answer).rejects.toMatchObject({ code: "temporarily_unavailable" });
  });

  it("what comes within the deadline is taken, and leaves no timer", async () => {
    const call = stalling(200);
    const timers = clock.pending();
    const answer = session.json("/v1/me");
    await call.stalled;
    await clock.advance(25_000);
    call.goOn();
    expect(await answer).toEqual({ n: 1 });
    expect(clock.pending()).toBe(timers);
  });

  it("a body that fetch hands over may take as long as the caller waits", async () => {
    const call = stalling(200);
    const response = await session.fetch("/v1/me");
    await clock.advance(10 * minute);
    call.goOn();
    expect(await response.text()).toBe('{"n":1}');
    expect(call.freed).toBe(false);
  });

  it("a body that breaks off is 503 from json, and is not quoted", async () => {
    api = answering(200, '"canary-body', breaking);
    const error: unknown = await session.json("/v1/me").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "temporarily_unavailable" });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/canary-body|terminated/);
  });

  it("a caller that aborts while json reads hears of its own abort", async () => {
    const leaving = new AbortController();
    api = answering(200, "{", (body) => {
      leaving.abort();
      body.error(leaving.signal.reason);
    });
    await expect(session.json("/v1/me", { signal: leaving.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("a caller that aborts hears of its own abort", async () => {
    emulator.fault({ on: "api", kind: "silence" });
    const leaving = new AbortController();
    const answer = session.fetch("/v1/me", { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each(["fetch", "json"] as const)("a caller of %s that aborts while a refresh is waited for hears of it at once; the refresh goes on", async (call) => {
    let answer = (): void => undefined;
    const before = apiCalls();
    await clock.advance(61 * minute);
    emulator.fault({ on: "token", kind: "held", until: new Promise<void>((resolve) => (answer = resolve)), times: 1 });
    const leaving = new AbortController();
    const asked = session[call]("/v1/me", { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    const begun = performance.now();
    await expect(asked.finally(answer)).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - begun).toBeLessThan(1_000);
    await session.json("/v1/me");
    expect([refreshes(), apiCalls() - before]).toEqual([1, 1]);
  });
});

describe("scopes", () => {
  const top = "/v1/me/top/tracks";
  const insufficient = { on: "api", kind: "status", status: 403, contentType: "application/json" } as const;
  const body = JSON.stringify({ error: { status: 403, message: "Insufficient client scope" } });
  const login = "http://127.0.0.1:3000/auth/spotify/login";

  it.each<[string, () => Promise<unknown>]>([
    ["fetch", () => session.fetch("/v1/me/player/queue?market=SE")],
    ["json", () => session.json("https://api.spotify.com/v1/me/player/queue")],
    ["a worker's fetch", () => auth.forUser(session.user.id).fetch("/v1/me/player/queue")],
    ["token", () => session.token({ scopes: ["user-top-read", "user-read-currently-playing", "user-read-playback-state"] })],
  ])("S-022 S-034 %s for what was not granted sends nothing: no call, and no refresh of a dead token", async (_what, call) => {
    await clock.advance(61 * minute);
    const before = emulator.log.length;
    await expect(call()).rejects.toMatchObject({
      code: "missing_scopes",
      status: 403,
      missing: ["user-read-currently-playing", "user-read-playback-state"],
      withdrawn: false,
      reauthorizeUrl: `${login}?scope=user-read-currently-playing+user-read-playback-state`,
    });
    expect(emulator.log.length).toBe(before);
  });

  it("S-022 the method decides: what reads is sent, what writes is not", async () => {
    cookie = await signInThrough(auth, emulator, "mira", "?scope=user-read-playback-state");
    session = await open();
    const before = apiCalls();
    await expect(session.fetch("/v1/me/player", { method: "put" })).rejects.toMatchObject({ missing: ["user-modify-playback-state"] });
    expect(apiCalls() - before).toBe(0);
    await session.fetch("/v1/me/player");
    expect(apiCalls() - before).toBe(1);
  });

  it("S-022 an operation that nobody knows is sent", async () => {
    const before = apiCalls();
    expect((await session.fetch("/v1/me/brand-new")).status).toBe(404);
    expect(apiCalls() - before).toBe(1);
  });

  it("S-022 a refresh that brings fewer scopes is noticed before the very call that caused it, and in the record", async () => {
    emulator.fault({ on: "token", grantType: "refresh_token", kind: "patch-answer", patch: (answer) => ({ ...answer, scope: "user-read-private" }) });
    await clock.advance(61 * minute);
    session = await open();
    const before = apiCalls();
    await expect(session.json(top)).rejects.toMatchObject({ code: "missing_scopes", missing: ["user-top-read"] });
    expect([apiCalls() - before, refreshes()]).toEqual([0, 1]);
    expect(session.scopes).toEqual(["user-read-private"]);
    expect((await session.status()).scopes).toEqual(["user-read-private"]);
    expect(await session.json<{ id: string }>("/v1/me")).toMatchObject({ id: "mira" });
  });

  it("S-022 fewer scopes from the refresh after a 401 end the call: it is not repeated", async () => {
    await clock.advance(minute);
    session = await open();
    emulator.fault({ on: "api", kind: "unauthorized", times: 1 });
    emulator.fault({ on: "token", grantType: "refresh_token", kind: "patch-answer", patch: (answer) => ({ ...answer, scope: "" }) });
    const before = apiCalls();
    await expect(session.json(top)).rejects.toMatchObject({ code: "missing_scopes", missing: ["user-top-read"] });
    expect([apiCalls() - before, refreshes()]).toEqual([1, 1]);
  });

  it("what is granted meanwhile serves a session object that is older", async () => {
    await expect(session.fetch("/v1/me/player/devices")).rejects.toMatchObject({ code: "missing_scopes" });
    await signInThrough(auth, emulator, "mira", "?scope=user-read-playback-state");
    await clock.advance(1_000);
    expect((await session.fetch("/v1/me/player/devices")).status).toBe(200);
    expect(session.scopes).toContain("user-read-playback-state");
  });

  it("a session that is over, and a consent, are told of before a scope", async () => {
    const device = "/v1/me/player/devices";
    const other = await auth.session({ cookie: await signInThrough(auth, emulator, "mira") });
    await auth.signOut(session.user.id, ...(other === null ? [] : [{ keep: other }]));
    await clock.advance(2_000);
    await expect(session.fetch(device)).rejects.toMatchObject({ code: "not_authenticated" });
    emulator.revoke("mira");
    await clock.advance(61 * minute);
    await expect(other?.fetch("/v1/me")).rejects.toMatchObject({ code: "reauthorization_required" });
    await expect(other?.fetch(device)).rejects.toMatchObject({ code: "reauthorization_required" });
  });

  it.each([
    ["403 Insufficient client scope", { ...insufficient, body }],
    ["401 Permissions missing", { on: "api", kind: "permissions-missing" }],
  ] as const)("S-034 F-030 %s for what was granted: the operation's scopes are named, and nothing is refreshed or repeated", async (_what, fault) => {
    await clock.advance(minute);
    session = await open();
    emulator.fault(fault);
    const before = apiCalls();
    const error: unknown = await session.json(`${top}?limit=5`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "missing_scopes", missing: ["user-top-read"], withdrawn: true, reauthorizeUrl: `${login}?scope=user-top-read` });
    expect([apiCalls() - before, refreshes()]).toEqual([1, 0]);
  });

  it("F-030 for an operation that nobody knows, and for one that needs none, no scope is named", async () => {
    emulator.fault({ ...insufficient, body });
    for (const path of ["/v1/me/brand-new", "/v1/me"]) {
      await expect(session.fetch(path)).rejects.toMatchObject({ code: "missing_scopes", missing: [], withdrawn: false, reauthorizeUrl: login });
    }
  });
});

describe("tokens and sessions", () => {
  it("L-001 a token shows itself to nobody who does not ask", async () => {
    const token = await session.token();
    const value = token.reveal();
    expect(value).toMatch(/^BQ/);
    const shows = [
      inspect(token, { depth: 20, showHidden: true, customInspect: false }),
      inspect({ token }),
      JSON.stringify({ token }),
      token.toString(),
      inspect(structuredClone(token)),
    ];
    for (const shown of shows) {
      expect(shown).not.toContain(value);
    }
    expect(inspect(session, { depth: 20, showHidden: true })).not.toContain(value);
  });

  it("scopes that were not granted are named, with the way to grant them", async () => {
    await expect(session.token({ scopes: ["user-top-read"] })).resolves.toBeDefined();
    await expect(session.token({ scopes: ["user-top-read", "streaming"] })).rejects.toMatchObject({
      code: "missing_scopes",
      missing: ["streaming"],
      reauthorizeUrl: "http://127.0.0.1:3000/auth/spotify/login?scope=streaming",
    });
  });

  it("F-018 a session object outlives its session by no call", async () => {
    const [other] = [await signInThrough(auth, emulator, "mira")];
    const kept = await auth.session({ cookie: other });
    if (kept === null) throw new Error("nobody is signed in");
    await auth.signOut(session.user.id, { keep: kept });
    await clock.advance(2_000);
    await expect(session.fetch("/v1/me")).rejects.toMatchObject({ code: "not_authenticated" });
    expect((await kept.fetch("/v1/me")).status).toBe(200);
  });

  it("forUser works without a session, and says when there is no grant", async () => {
    expect(await auth.forUser(session.user.id).json<{ id: string }>("/v1/me")).toMatchObject({ id: "mira" });
    await expect(auth.forUser("nobody").token()).rejects.toMatchObject({ code: "not_authenticated" });
    expect(await auth.forUser("nobody").status()).toMatchObject({ phase: "signedOut" });
  });

  it("requireSession: nobody, and somebody whose consent has ended", async () => {
    await expect(requireSession(auth, null)).rejects.toMatchObject({ code: "not_authenticated", reauthorizeUrl: "http://127.0.0.1:3000/auth/spotify/login" });
    emulator.revoke("mira");
    await clock.advance(61 * minute);
    await expect(requireSession(auth, await open())).rejects.toMatchObject({ code: "reauthorization_required" });
    expect((await open()).phase).toBe("reauthorize");
  });

  it("sessions lists the living ones, signOut ends them, and the record is gone", async () => {
    await signInThrough(auth, emulator, "mira");
    expect(await auth.sessions(session.user.id)).toHaveLength(2);
    await auth.signOut(session.user.id);
    expect(await auth.sessions(session.user.id)).toEqual([]);
    expect(await auth.session({ cookie })).toBeNull();
  });

  it("D: retry gives a refused token one more try", async () => {
    emulator.fault({ on: "token", kind: "false-invalid-grant", times: 1 });
    await clock.advance(61 * minute);
    await expect(auth.forUser(session.user.id).token()).rejects.toMatchObject({ code: "reauthorization_required" });
    await auth.retry(session.user.id);
    await expect(auth.forUser(session.user.id).token()).resolves.toBeDefined();
    expect((await open()).phase).toBe("active");
  });
});
