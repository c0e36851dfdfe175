import { type Emulator, startEmulator } from "@refrain/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleep } from "../src/clock.js";
import { createSpotifyAuth, memoryStore, type SpotifyAuth } from "../src/index.js";
import { type ManualClock, manualClock } from "../src/testing/manual-clock.js";
import { signInThrough } from "./client/sign-in-through.js";
import { inFastTime, secret } from "./grants/world.js";

const minute = 60_000;
const origin = "http://127.0.0.1:3000";

let clock: ManualClock;
let emulator: Emulator;
let auth: SpotifyAuth;
let cookie: string;
let waited: Promise<unknown>[];
let network: typeof fetch;
let storeTakes: boolean;
/** How slow the store is to write. */
let takesAfterMs: number;
const waitUntil = (promise: Promise<unknown>): void => void waited.push(promise);

beforeEach(async () => {
  clock = manualClock({ flows: true });
  emulator = await startEmulator({ now: () => clock.now() });
  waited = [];
  network = fetch;
  storeTakes = true;
  takesAfterMs = 0;
  const inner = memoryStore({ clock });
  auth = createSpotifyAuth({
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: `${origin}/callback`,
    secret,
    emulatorUrl: emulator.origin,
    store: {
      ...inner,
      swap: async (...swap) => {
        if (!storeTakes) throw new Error("down");
        if (takesAfterMs > 0) await sleep(clock, takesAfterMs);
        return inner.swap(...swap);
      },
    },
    clock,
    random: () => 0,
    revokeOnDisconnect: true,
    fetch: (...call) => network(...call),
  });
  cookie = await signInThrough(auth, emulator, "mira");
});

afterEach(async () => {
  await inFastTime(clock, auth.close());
  await emulator.close();
});

const refreshes = (): number => emulator.tokenCalls({ grantType: "refresh_token" });

describe("waitUntil of a session", () => {
  it("is given the refresh that goes on when the token was handed out, until it is stored", async () => {
    const session = await auth.session({ cookie, waitUntil });
    const before = await session?.token();
    expect(waited).toHaveLength(0);
    await clock.advance(31 * minute);
    expect((await session?.token())?.reveal()).toBe(before?.reveal());
    expect(waited).toHaveLength(1);
    await inFastTime(clock, Promise.all(waited));
    expect(refreshes()).toBe(1);
    expect((await auth.session({ cookie }))?.expiresAt).toBeGreaterThan(clock.now() + 59 * minute);
  });

  it("is given nothing by a call that waits for the refresh itself", async () => {
    await clock.advance(61 * minute);
    await (await auth.session({ cookie, waitUntil }))?.token();
    expect(refreshes()).toBe(1);
    expect(waited).toHaveLength(0);
  });

  it("is given the refresh that goes on when its caller has waited long enough, until it is stored", async () => {
    await clock.advance(61 * minute);
    const slow: { answer: () => void } = { answer: () => undefined };
    const held = new Promise<void>((resolve) => (slow.answer = resolve));
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    network = async (...call) => {
      asked();
      await held;
      return fetch(...call);
    };
    takesAfterMs = 1_500;
    const session = await auth.session({ cookie, waitUntil });
    const answer = inFastTime(clock, session?.token() ?? Promise.reject());
    await expect(answer).rejects.toMatchObject({ code: "temporarily_unavailable" });
    await isAsked;
    expect(waited).toHaveLength(1);
    slow.answer();
    await inFastTime(clock, Promise.all(waited));
    expect(refreshes()).toBe(1);
    expect((await auth.session({ cookie }))?.phase).toBe("active");
  });

  it("gets a promise that never rejects, whatever becomes of the refresh", async () => {
    await clock.advance(31 * minute);
    network = () => Promise.reject(new TypeError("no network"));
    await (await auth.session({ cookie, waitUntil }))?.token();
    expect(await inFastTime(clock, Promise.allSettled(waited))).toEqual([{ status: "fulfilled", value: undefined }]);
  });

  it("not even when the store takes no lease", async () => {
    const session = await auth.session({ cookie, waitUntil });
    await clock.advance(31 * minute);
    storeTakes = false;
    await session?.token();
    expect(await inFastTime(clock, Promise.allSettled(waited))).toEqual([{ status: "fulfilled", value: undefined }]);
    expect(refreshes()).toBe(0);
  });

  it("need not be there", async () => {
    await clock.advance(31 * minute);
    await (await auth.session({ cookie }))?.token();
    await inFastTime(clock, auth.close());
    expect(refreshes()).toBe(1);
  });
});

describe("waitUntil of a request", () => {
  const disconnect = (): Promise<Response | null> =>
    auth.handle(new Request(`${origin}/auth/spotify/disconnect`, { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" } }), { waitUntil });

  it.each<[string, typeof fetch, number | null]>([
    ["is refused", fetch, 404],
    ["meets no network", () => Promise.reject(new TypeError("no network")), null],
  ])("is given the revocation at Spotify, which never rejects, also when it %s", async (_, through, status) => {
    const heard: unknown[] = [];
    auth.on("revocationFailed", (detail) => heard.push(detail));
    network = through;
    expect((await disconnect())?.status).toBe(204);
    expect(await auth.session({ cookie })).toBeNull();
    const settled = await inFastTime(clock, Promise.allSettled(waited));
    expect(settled.map((each) => each.status)).toEqual(["fulfilled"]);
    expect(heard).toEqual([{ grant: expect.stringMatching(/^[\w-]{10}$/) as string, status }]);
  });

  it("is given nothing where nothing goes on", async () => {
    await auth.handle(new Request(`${origin}/auth/spotify/session`, { headers: { cookie } }), { waitUntil });
    expect(waited).toHaveLength(0);
  });
});
