import { type Emulator, startEmulator } from "@refrain/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError, createSpotifyAuth, memoryStore, requireSession, type SpotifyAuth, type SpotifyAuthOptions } from "../src/index.js";
import { type ManualClock, manualClock } from "../src/testing/manual-clock.js";
import { inFastTime, secret, until } from "./grants/world.js";

interface AppRequest {
  readonly appUser?: unknown;
}

const origin = "http://127.0.0.1:3000";
const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const MIRA = "acc-6f1c0a52d9e84b7c";
const TEO = "acc-b20d47e3915f4a08";

let clock: ManualClock;
let emulator: Emulator;
let processes: SpotifyAuth[];
let auth: SpotifyAuth;
let other: SpotifyAuth;

function open(options: Partial<SpotifyAuthOptions<AppRequest>> = {}): SpotifyAuth {
  const given: SpotifyAuthOptions<AppRequest> = {
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: `${origin}/callback`,
    scopes: ["user-top-read"],
    secret,
    emulatorUrl: emulator.origin,
    subject: ({ appUser }) => appUser as string | null,
    clock,
    ...options,
  };
  const made = createSpotifyAuth(given);
  processes.push(made);
  return made;
}

beforeEach(async () => {
  clock = manualClock({ flows: true });
  emulator = await startEmulator({ now: () => clock.now(), refresh: "strict" });
  processes = [];
  const store = memoryStore({ clock });
  auth = open({ store });
  other = open({ store });
});

afterEach(async () => {
  await inFastTime(clock, Promise.all(processes.map((each) => each.close())));
  await emulator.close();
});

/** Links as a browser does. `query` goes to the login route. */
async function link(subject: string, user: string, { at = auth, query = "" } = {}): Promise<Response> {
  const jar = { cookie: "" };
  const first = await linkIn(jar, subject, user, { at, query });
  const accept = /href="[^"]*(\?[^"]*replace=[^"]*)"/.exec(await first.clone().text())?.[1];
  return accept === undefined ? first : linkIn(jar, subject, user, { at, query: accept.replaceAll("&#38;", "&") });
}

async function linkIn(jar: { cookie: string }, subject: string, user: string, { at, query }: { at: SpotifyAuth; query: string }): Promise<Response> {
  const login = await at.handle(new Request(`${origin}/auth/spotify/login${query}`, { headers: { ...navigation, ...jar } }), { subject });
  jar.cookie = cookieOf(login);
  const callback = await emulator.approve(login?.headers.get("location") ?? "", { user });
  const answer = await at.handle(new Request(callback, { headers: { ...navigation, ...jar } }), { subject });
  jar.cookie = cookieOf(answer);
  if (answer === null) throw new Error("the callback is no route");
  return answer;
}

function cookieOf(response: Response | null): string {
  return response?.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

async function me(subject: string, at = auth): Promise<unknown> {
  return (await at.forUser(subject).json<{ account_id: string }>("/v1/me")).account_id;
}

describe("the app's own user", () => {
  it("has a session without a cookie, and a client without a request", async () => {
    expect((await link("user-1", "mira")).status).toBe(303);
    const session = await auth.session({ subject: "user-1", cookie: "refrain-3000=nonsense" });
    expect(session).toMatchObject({ id: null, user: { id: MIRA, spotifyId: "mira" }, scopes: ["user-top-read"], phase: "active" });
    expect(await session?.json("/v1/me")).toMatchObject({ id: "mira" });
    expect(await me("user-1")).toBe(MIRA);
    expect(await auth.sessions("user-1")).toEqual([]);
    expect(await auth.session({ subject: "user-2" })).toBeNull();
    await expect(me(MIRA)).rejects.toMatchObject({ code: "not_authenticated" });
  });

  it("keeps the client fresh for months", async () => {
    await link("user-1", "mira");
    for (let hours = 0; hours < 3; hours += 1) {
      await clock.advance(3_700_000);
      expect(await me("user-1")).toBe(MIRA);
      const session = await requireSession(auth, await auth.session({ subject: "user-1" }));
      expect((await session.token()).expiresAt).toBeGreaterThan(clock.now());
    }
  });

  it("that is nobody costs no look at the store", async () => {
    const deaf = open({ store: { get: () => Promise.reject(new Error("down")), swap: () => Promise.reject(new Error("down")) } });
    expect(await deaf.session({ subject: null })).toBeNull();
  });

  it("may share a Spotify account with another: each grant lives by itself", async () => {
    await link("user-1", "mira");
    await link("user-2", "mira", { at: other });
    await clock.advance(3_700_000);
    expect(await Promise.all([me("user-1"), me("user-2"), me("user-1", other)])).toEqual([MIRA, MIRA, MIRA]);
    await auth.disconnect("user-1");
    await clock.advance(3_700_000);
    expect(await me("user-2")).toBe(MIRA);
  });

  it("is unlinked everywhere at once", async () => {
    await link("user-1", "mira");
    const session = await other.session({ subject: "user-1" });
    const form = { method: "POST", headers: { "sec-fetch-site": "same-origin" } };
    expect((await auth.handle(new Request(`${origin}/auth/spotify/disconnect`, form), { subject: "user-1" }))?.status).toBe(204);
    expect(await other.session({ subject: "user-1" })).toBeNull();
    await expect(me("user-1", other)).rejects.toMatchObject({ code: "not_authenticated" });
    // What a request knows of the grant holds for a second.
    await clock.advance(1_001);
    await expect(session?.token()).rejects.toMatchObject({ code: "not_authenticated" });
  });

  it("loses nothing by signing out everywhere else: here is no session of ours to end", async () => {
    await link("user-1", "mira");
    await auth.signOut("user-1", { keep: (await auth.session({ subject: "user-1" })) ?? undefined });
    expect(await me("user-1")).toBe(MIRA);
  });
});

describe("F-017 a refresh on its way", () => {
  /** Begins a refresh whose answer is held back. */
  async function held(): Promise<{ release: () => void; ended: Promise<unknown> }> {
    await link("user-1", "mira");
    await clock.advance(3_700_000);
    const release = emulator.fault({ on: "token", kind: "held", grantType: "refresh_token", until: new Promise(() => undefined), times: 1 });
    const before = emulator.tokenCalls({ grantType: "refresh_token" });
    const ended = auth
      .forUser("user-1")
      .token()
      .then(String, (error: unknown) => error);
    await until(() => emulator.tokenCalls({ grantType: "refresh_token" }) > before, "the refresh");
    return { release, ended };
  }

  it("of the account that was linked never overwrites the one that took its place", async () => {
    const { release, ended } = await held();
    expect((await link("user-1", "teo", { at: other })).status).toBe(303);
    const token = (await other.forUser("user-1").token()).reveal();
    release();
    await inFastTime(clock, ended);
    expect(await auth.session({ subject: "user-1" })).toMatchObject({ user: { id: TEO } });
    expect((await auth.forUser("user-1").token()).reveal()).toBe(token);
    expect([await me("user-1"), await me("user-1", other)]).toEqual([TEO, TEO]);
    await clock.advance(3_700_000);
    expect([await me("user-1"), await me("user-1", other)]).toEqual([TEO, TEO]);
  });

  it("does not bring back an account that was unlinked", async () => {
    const { release, ended } = await held();
    await other.disconnect("user-1");
    release();
    expect(await inFastTime(clock, ended)).toMatchObject({ code: "not_authenticated" });
    expect(await auth.session({ subject: "user-1" })).toBeNull();
  });
});

describe("a subject that is none", () => {
  const wrong: [string, unknown, RegExp][] = [
    ["undefined", undefined, /session middleware/],
    ["a number", 42, /string of 1 to 256/],
    ["nothing", "", /string of 1 to 256/],
    ["300 characters", "x".repeat(300), /string of 1 to 256/],
    ["257 characters", "x".repeat(257), /string of 1 to 256/],
    ["an object", { id: "user-1" }, /string of 1 to 256/],
    ["true", true, /string of 1 to 256/],
  ];
  const session = (): Request => new Request(`${origin}/auth/spotify/session`);

  it.each(wrong)("%s is one clear ConfigurationError, wherever it is given", async (_, subject, says) => {
    const calls = [
      () => auth.subjectOf({ appUser: subject }),
      () => auth.subjectOf({ appUser: Promise.resolve(subject) }),
      () => auth.handle(session(), { subject: subject as string }),
      () => auth.session({ subject: subject as string }),
    ];
    for (const call of calls) {
      const error: unknown = await Promise.resolve(call()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).problems).toEqual([expect.stringMatching(says)]);
    }
  });

  it("is not missing where Spotify is the login, and no path that is not ours asks for it", async () => {
    const login = open({ subject: undefined, store: memoryStore() });
    expect(await login.subjectOf({ appUser: 42 })).toBeUndefined();
    expect(await login.session({ cookie: "x=y" })).toBeNull();
    expect(await auth.handle(new Request(`${origin}/other`))).toBeNull();
  });

  it.each(["x".repeat(256), "0", " ", "客", "user:1", "null"])("%.8j is one", async (subject) => {
    expect(await auth.subjectOf({ appUser: subject })).toBe(subject);
    expect(await auth.session({ subject })).toBeNull();
  });

  it("null is nobody, and what the app's function throws goes through", async () => {
    expect(await auth.subjectOf({ appUser: null })).toBeNull();
    const failure = new Error("the app's own database is down");
    const failing = open({ subject: () => Promise.reject(failure), store: memoryStore() });
    await expect(failing.subjectOf({})).rejects.toBe(failure);
  });
});
