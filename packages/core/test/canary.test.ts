import { inspect } from "node:util";
import { type Emulator, type Fault, startEmulator } from "@refrain/emulator";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SpotifyAuth, SpotifyAuthEvent, SpotifyAuthOptions } from "../src/index.js";
import { createSpotifyAuth, memoryStore, type Store } from "../src/index.js";
import { type ManualClock, manualClock } from "../src/testing/manual-clock.js";
import { signInThrough } from "./client/sign-in-through.js";
import { inFastTime, secret } from "./grants/world.js";

const minute = 60_000;
const origin = "http://127.0.0.1:3000";
const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const events: Record<SpotifyAuthEvent, true> = {
  signedIn: true,
  loginFailed: true,
  signedOut: true,
  forgeryBlocked: true,
  proxyDenied: true,
  failureAnswered: true,
  refreshed: true,
  refreshFailed: true,
  misconfigured: true,
  consentEnding: true,
  revocationFailed: true,
  signInRefused: true,
  reauthorizationRequired: true,
  unreadableRecord: true,
  storeFailed: true,
  tokensNotStored: true,
};

/** All that the outside could see, as text, and all that it must not see. */
class Witness {
  readonly #seen: string[] = [];
  readonly #secrets = new Set<string>();

  secret(value: string | null | undefined): void {
    if (value != null && value.length >= 12) this.#secrets.add(value);
  }

  /** Shows a value in every way that a log or an error tracker would. */
  see(value: unknown): void {
    this.#seen.push(inspect(value, { depth: 20, showHidden: true }), inspect(value, { depth: 20, customInspect: false }), String(value));
    for (const show of [() => JSON.stringify(value), () => inspect(structuredClone(value), { depth: 20 })]) {
      try {
        this.#seen.push(show());
      } catch {
        // What cannot be serialised cannot leak this way.
      }
    }
    if (value instanceof Error) this.see({ message: value.message, stack: value.stack, cause: value.cause, own: Object.getOwnPropertyNames(value) });
  }

  async seeResponse(response: Response | null): Promise<void> {
    if (response === null) return;
    const headers = [...response.headers].filter(([name]) => name !== "set-cookie" && name !== "location");
    this.see({ status: response.status, headers, body: await response.clone().text() });
  }

  /** @returns the secrets of which twelve characters in a row were seen, in any of four spellings */
  leaks(): string[] {
    this.#seen.push(...lines);
    const windows = new Set<string>();
    for (const text of this.#seen) for (let start = 0; start + 12 <= text.length; start += 1) windows.add(text.slice(start, start + 12));
    return [...this.#secrets].filter((value) =>
      [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), Buffer.from(value).toString("hex")].some((spelling) =>
        Array.from({ length: spelling.length - 11 }, (_, start) => spelling.slice(start, start + 12)).some((part) => windows.has(part)),
      ),
    );
  }

  get size(): { seen: number; secrets: number } {
    return { seen: this.#seen.join("").length, secrets: this.#secrets.size };
  }
}

let clock: ManualClock;
let emulator: Emulator;
let witness: Witness;
let auth: SpotifyAuth;
let store: Store;
let storeFails: boolean;
/** What the app's log holds. */
let lines: string[];

beforeEach(async () => {
  witness = new Witness();
  clock = manualClock({ flows: true });
  emulator = await startEmulator({ now: () => clock.now(), refresh: "family" });
  storeFails = false;
  lines = [];
  const inner = memoryStore({ clock });
  store = {
    get: (key) => (storeFails ? Promise.reject(new Error(`GET ${key} failed`)) : inner.get(key)),
    swap: (...swap) => (storeFails ? Promise.reject(new Error(`SWAP ${swap.join(" ")} failed`)) : inner.swap(...swap)),
  };
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, "write").mockImplementation((chunk, ...rest) => {
      witness.see(String(chunk));
      return write(chunk, ...(rest as []));
    });
  }
  witness.secret("emulator-secret");
  witness.secret(secret);
  auth = open();
});

/** One installation, watched. */
function open(options: SpotifyAuthOptions = {}): SpotifyAuth {
  const opened = createSpotifyAuth({
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: `${origin}/callback`,
    scopes: ["user-top-read"],
    secret,
    emulatorUrl: emulator.origin,
    store,
    clock,
    fetch: listening,
    logger: pino({ level: "trace" }, { write: (line) => void lines.push(line) }),
    ...options,
  });
  for (const event of Object.keys(events) as SpotifyAuthEvent[]) opened.on(event, (detail) => witness.see({ event, detail }));
  witness.see(opened);
  return opened;
}

afterEach(async () => {
  await inFastTime(clock, auth.close());
  await emulator.close();
  vi.restoreAllMocks();
});

/** The network as the library sees it: what goes over it is secret. */
const listening: typeof fetch = async (input, init) => {
  const body = init?.body instanceof URLSearchParams ? init.body : new URLSearchParams(typeof init?.body === "string" ? init.body : "");
  for (const name of ["code", "code_verifier", "refresh_token"]) witness.secret(body.get(name));
  witness.secret(new Headers(init?.headers).get("authorization")?.replace(/^\w+ /, ""));
  const response = await fetch(input, init);
  const text = await response
    .clone()
    .text()
    .catch(() => "");
  for (const [, value] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) witness.secret(value);
  return response;
};

const session = async (cookie: string) => {
  const found = await auth.session({ cookie });
  witness.see(found);
  return found;
};

/** Calls and shows what comes, be it good or bad. */
async function attempt(call: () => Promise<unknown>): Promise<void> {
  try {
    const value = await inFastTime(clock, call());
    if (value instanceof Response) await witness.seeResponse(value);
    else witness.see(value);
  } catch (error) {
    witness.see(error);
  }
}

async function signIn(user = "mira"): Promise<string> {
  const cookie = await signInThrough(auth, emulator, user);
  for (const pair of cookie.split("; ")) witness.secret(pair.slice(pair.lastIndexOf(".") + 1));
  return cookie;
}

/** From our login route through Spotify to our callback, perhaps finished by another user of the app than began it. */
async function link(
  subject: string | undefined,
  user: string,
  { query = "", cookie = "", finisher = subject }: { query?: string; cookie?: string; finisher?: string | null | undefined } = {},
): Promise<Response> {
  const login = await auth.handle(new Request(`${origin}/auth/spotify/login${query}`, { headers: { ...navigation, cookie } }), { subject });
  const location = login?.headers.get("location") ?? "";
  witness.secret(new URL(location).searchParams.get("state"));
  const callback = await emulator.approve(location, { user });
  witness.secret(callback.searchParams.get("code"));
  const answer = await auth.handle(new Request(callback, { headers: { ...navigation, cookie: cookieOf(login) } }), { subject: finisher });
  if (answer === null) throw new Error("the callback is no route");
  for (const each of [login, answer]) witness.secret(cookieOf(each).slice(cookieOf(each).indexOf("=") + 1));
  await witness.seeResponse(answer);
  return answer;
}

function cookieOf(response: Response | null): string {
  return (
    response?.headers
      .getSetCookie()
      .find((line) => line.includes("-tx="))
      ?.split(";", 1)[0] ?? ""
  );
}

const faults: Fault[] = [
  { on: "token", kind: "status", status: 503 },
  { on: "token", kind: "status", status: 502, body: "<html>", contentType: "text/html" },
  { on: "token", kind: "rate-limit", retryAfter: 2 },
  { on: "token", kind: "reset" },
  { on: "token", kind: "truncated" },
  { on: "token", kind: "answer-lost" },
  { on: "token", kind: "silence" },
  { on: "token", kind: "invalid-client" },
  { on: "token", kind: "false-invalid-grant" },
  { on: "api", kind: "unauthorized" },
  { on: "api", kind: "permissions-missing" },
  { on: "api", kind: "not-allowlisted" },
  { on: "api", kind: "status", status: 500 },
  { on: "api", kind: "reset" },
];

describe("L-007 no secret is seen", () => {
  it("in sign-in, calls, expiry and sign-out", async () => {
    const cookie = await signIn();
    for (let round = 0; round < 2; round += 1) {
      await attempt(async () => (await session(cookie))?.json("/v1/me"));
      await attempt(async () => (await session(cookie))?.fetch("/v1/me/top/tracks"));
      await attempt(async () => (await session(cookie))?.token());
      await attempt(async () => (await session(cookie))?.status());
      await attempt(async () => auth.sessions("mira"));
      await clock.advance(61 * minute);
    }
    for (const route of ["session", "logout"]) {
      const method = route === "logout" ? "POST" : "GET";
      await attempt(() => auth.handle(new Request(`${origin}/auth/spotify/${route}`, { method, headers: { cookie, "sec-fetch-site": "same-origin" } })));
    }
    await attempt(() => session(cookie));
    expect(witness.size.secrets).toBeGreaterThanOrEqual(10);
    expect(witness.leaks()).toEqual([]);
  });

  it.each(faults.map((fault) => [`${fault.on} ${fault.kind}`, fault] as const))("in the fault %s", async (_, fault) => {
    const cookie = await signIn();
    await clock.advance(fault.on === "token" ? 61 * minute : minute);
    emulator.fault(fault);
    for (let round = 0; round < 3; round += 1) {
      await attempt(async () => (await session(cookie))?.json("/v1/me"));
      await attempt(() => auth.forUser("mira").token());
      await clock.advance(minute);
    }
    expect(witness.leaks()).toEqual([]);
  });

  it("in callbacks that are forged, replayed, denied or answered by nonsense", async () => {
    const login = await auth.handle(new Request(`${origin}/auth/spotify/login`, { headers: navigation }));
    const location = login?.headers.get("location") ?? "";
    witness.secret(new URL(location).searchParams.get("state"));
    const cookie = login?.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    witness.secret(cookie.slice(cookie.indexOf("=") + 1));
    const callback = await emulator.approve(location, { user: "mira" });
    witness.secret(callback.searchParams.get("code"));
    const answer = (url: URL | string, headers: Record<string, string>): Promise<void> => attempt(() => auth.handle(new Request(url, { headers })));

    await answer(callback, navigation);
    await answer(`${callback.href}&code=second`, { ...navigation, cookie });
    await answer(callback.href.replace("state=", "state=x"), { ...navigation, cookie });
    await answer(`${origin}/callback?error=access_denied&state=nobody`, { ...navigation, cookie });
    emulator.fault({ on: "token", kind: "reset", times: 1 });
    await answer(callback, { ...navigation, cookie });
    await answer(callback, { ...navigation, cookie });
    expect(witness.leaks()).toEqual([]);
  });

  it("while the store is down, and in what the store holds", async () => {
    const cookie = await signIn();
    const key = cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf("."));
    witness.see(await store.get(key));
    storeFails = true;
    await clock.advance(61 * minute);
    await attempt(() => session(cookie));
    await attempt(() => auth.forUser("mira").token());
    await attempt(() => auth.signOut("mira"));
    await attempt(() => auth.check());
    await attempt(() => auth.handle(new Request(`${origin}/auth/spotify/login`, { headers: navigation })));
    expect(witness.leaks()).toEqual([]);
  });

  it("in a damaged record, and in a configuration that is wrong", async () => {
    const cookie = await signIn();
    const key = cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf("."));
    const sealed = (await store.get(key)) ?? "";
    await store.swap(key, sealed, `${sealed.slice(0, -2)}AA`);
    await attempt(() => session(cookie));
    await attempt(() => auth.forUser("mira").token());
    const wrong = { clientSecret: "canary client secret with spaces", secret: "canary-short-secret", redirectUri: "http://user:canary-password@localhost/cb" };
    for (const value of Object.values(wrong)) witness.secret(value);
    witness.secret("canary-password");
    await attempt(async () => createSpotifyAuth({ ...wrong, clientId: "id" }));
    expect(witness.leaks()).toEqual([]);
  });

  it("in linking, another account's question, foreign answers, unlinking", async () => {
    auth = open({
      subject: () => null,
      revokeOnDisconnect: true,
      onSignIn: (user, client) => witness.see([user, client]),
      pages: {
        error(page) {
          witness.see({ ...page, action: page.action.label });
          return null;
        },
      },
    });
    const first = await link("user-1", "mira");
    await attempt(async () => (await auth.session({ subject: "user-1" }))?.json("/v1/me"));
    await attempt(() => auth.session({ subject: "user-1" }));
    const question = await link("user-1", "teo");
    const accept = /\?[^"]*replace=[^"]*/.exec((await question.text()).replaceAll("&#38;", "&"))?.[0] ?? "";
    await link("user-1", "teo", { query: accept, cookie: cookieOf(question) });
    expect(await auth.session({ subject: "user-1" })).toMatchObject({ user: { spotifyId: "teo" } });
    await link("user-1", "mira", { finisher: "user-2" });
    await link("user-1", "mira", { finisher: null });
    await clock.advance(61 * minute);
    await attempt(() => auth.forUser("user-1").token());
    for (const subject of [null, "", 42, undefined]) {
      await attempt(() => auth.handle(new Request(`${origin}/auth/spotify/login`, { headers: navigation }), { subject: subject as string }));
      await attempt(() => auth.session({ subject: subject as string }));
    }
    const form = { method: "POST", headers: { "sec-fetch-site": "same-origin" } };
    const waited: Promise<unknown>[] = [];
    const call = { subject: "user-1", waitUntil: (promise: Promise<unknown>) => void waited.push(promise) };
    await attempt(() => auth.handle(new Request(`${origin}/auth/spotify/disconnect`, form), call));
    await inFastTime(clock, Promise.all(waited));
    expect(waited).toHaveLength(1);
    expect(first.status).toBe(303);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(
      expect.arrayContaining(["signedIn", "loginFailed", "failureAnswered", "refreshed", "signedOut", "revocationFailed"]),
    );
    expect(witness.size.secrets).toBeGreaterThanOrEqual(15);
    expect(witness.leaks()).toEqual([]);
  });

  it("in sign-ins that the app refuses or fails at", async () => {
    const answers = [
      async () => ({ title: "Not you", advice: "Ask." }),
      () => Promise.reject(new Error("the app's own failure")),
      () => ({ id: "no refusal" }) as never,
    ];
    auth = open({
      onSignIn: async (user, client) => {
        witness.see([user, client, await client.status(), await client.token()]);
        return answers.shift()?.();
      },
      pages: { signIn: "/sign-in", error: () => Promise.reject(new Error("the app's template")) },
    });
    for (let round = 0; round < 3; round += 1) await attempt(async () => link(undefined, "mira"));
    expect(answers).toEqual([]);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(expect.arrayContaining(["signInRefused", "failureAnswered"]));
    expect(witness.leaks()).toEqual([]);
  });

  it("and the witness would have seen it", () => {
    witness.secret("fed-to-the-canary-1");
    witness.see(Object.assign(new Error("x"), { detail: `prefix ${Buffer.from("fed-to-the-canary-1").toString("hex")}` }));
    expect(witness.leaks()).toEqual(["fed-to-the-canary-1"]);
  });
});
