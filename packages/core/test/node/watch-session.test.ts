import nodeProcess from "node:process";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { cached, createSpotifyAuth, memoryStore, type NotAuthenticated, type SpotifyAuth, type SpotifySession, type Store } from "../../src/index.js";
import { watchSession } from "../../src/node/index.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";
import { signInAs } from "../../src/testing/sign-in-as.js";
import { secret } from "../grants/world.js";

const second = 1_000;
const hour = 3_600 * second;
const request = { of: "the framework" };

let clock: ManualClock;
let shared: Store;
let reads: number;
let broken: boolean;
let watches: number;
let told: NotAuthenticated[];
beforeEach(() => {
  clock = manualClock();
  shared = memoryStore({ clock });
  [reads, watches, broken, told] = [0, 0, false, []];
});
const tell = (error: NotAuthenticated): void => void told.push(error);

/** A process before the shared store. */
function process(options: { readonly hears?: boolean; readonly cachedMs?: number; readonly subject?: () => string | null } = {}): SpotifyAuth {
  const { hears = false, cachedMs, subject } = options;
  const { watch, ...deaf } = shared;
  const store: Store = {
    ...deaf,
    async get(key) {
      reads += 1;
      if (broken) throw new Error("down");
      return shared.get(key);
    },
    ...(hears && {
      watch: async (listener: (key: string | null) => void) => {
        watches += 1;
        const end = await watch?.(listener);
        return async () => {
          watches -= 1;
          await end?.();
        };
      },
    }),
  };
  return createSpotifyAuth({
    clientId: "client-1",
    redirectUri: "https://app.example/callback",
    secret,
    session: { absoluteMs: 10 * hour, idleMs: hour },
    store: cachedMs === undefined ? store : cached(store, { maxAgeMs: cachedMs, clock }),
    clock,
    ...(subject !== undefined && { subject }),
  });
}

async function sessionOf(auth: SpotifyAuth, cookie: string): Promise<SpotifySession> {
  const session = await auth.session({ cookie });
  if (session === null) throw new Error("Nobody is signed in.");
  return session;
}

describe("watchSession", () => {
  it("tells at once what this process ends, and what the store tells of", async () => {
    for (const hears of [false, true]) {
      const [here, there] = [process({ hears }), process()];
      const session = await sessionOf(here, await signInAs(here, { user: `mira-${hears}` }));
      watchSession(here, session, request, tell);
      await (hears ? there : here).signOut(`mira-${hears}`);
      await clock.advance(0);
      expect(told.splice(0)).toMatchObject([{ code: "not_authenticated", reauthorizeUrl: "https://app.example/auth/spotify/login" }]);
    }
  });

  it("finds out within 30 seconds what nobody tells of, and tells it once", async () => {
    const [here, there] = [process(), process()];
    const session = await sessionOf(here, await signInAs(here, { user: "mira" }));
    watchSession(here, session, request, tell);
    await there.signOut("mira");
    await clock.advance(29 * second);
    expect(told).toEqual([]);
    await clock.advance(second);
    expect(told).toHaveLength(1);
    await clock.advance(hour);
    expect(told).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it("looks at each session every 30 seconds from when it came, with one timer for all", async () => {
    const here = process();
    for (const user of ["mira", "teo", "anouk"]) {
      watchSession(here, await sessionOf(here, await signInAs(here, { user })), request, tell);
      await clock.advance(9 * second);
    }
    expect(clock.pending()).toBe(1);
    const seen: number[] = [];
    for (let step = 0; step < 20; step++) {
      reads = 0;
      await clock.advance(3 * second);
      seen.push(reads);
    }
    const once = [1, 0, 0, 1, 0, 0, 1, 0, 0, 0];
    expect(seen).toEqual([...once, ...once]);
    expect(told).toEqual([]);
  });

  it("keeps no process alive", async () => {
    const after = clock.after.bind(clock);
    const kept: boolean[] = [];
    clock.after = (ms, callback, background = false) => ((ms === 30 * second ? kept : []).push(!background), after(ms, callback, background));
    const here = process();
    const session = await sessionOf(here, await signInAs(here, { user: "mira" }));
    kept.length = 0;
    watchSession(here, session, request, tell);
    await clock.advance(60 * second);
    expect(kept).toEqual([false, false, false]);
  });

  it("lets nobody wait because another one was looked at in between", async () => {
    const [here, there] = [process(), process()];
    const kept = await sessionOf(here, await signInAs(here, { user: "mira" }));
    watchSession(here, kept, request, tell);
    await clock.advance(10 * second);
    watchSession(here, await sessionOf(here, await signInAs(here, { user: "teo" })), request, tell);
    await clock.advance(5 * second);
    await here.signOut("mira", { keep: kept });
    await there.signOut("teo");
    await clock.advance(24 * second);
    expect(told).toHaveLength(0);
    await clock.advance(second);
    expect(told).toHaveLength(1);
  });

  it("reads past a cache", async () => {
    const [here, there] = [process({ cachedMs: 5 * second }), process()];
    const cookie = await signInAs(here, { user: "mira" });
    watchSession(here, await sessionOf(here, cookie), request, tell);
    await clock.advance(28 * second);
    await sessionOf(here, cookie);
    await there.signOut("mira");
    await clock.advance(2 * second);
    expect(told).toHaveLength(1);
  });

  it("ends only the session that is over, not another one of the same user", async () => {
    const here = process({ hears: true });
    const [one, other] = [await sessionOf(here, await signInAs(here, { user: "mira" })), await sessionOf(here, await signInAs(here, { user: "mira" }))];
    const ended: string[] = [];
    watchSession(here, one, request, () => ended.push("one"));
    watchSession(here, other, request, () => ended.push("other"));
    await here.signOut("mira", { keep: other });
    await clock.advance(60 * second);
    expect(ended).toEqual(["one"]);
  });

  it("S-052 is no sign of life: a session that only a socket holds ends when it has been idle for long", async () => {
    const here = process({ hears: true });
    watchSession(here, await sessionOf(here, await signInAs(here, { user: "mira" })), request, tell);
    await clock.advance(hour - second);
    expect(told).toEqual([]);
    await clock.advance(31 * second);
    expect(told).toHaveLength(1);
  });

  it("ends nothing while the store is down, and looks again", async () => {
    const [here, there] = [process(), process()];
    watchSession(here, await sessionOf(here, await signInAs(here, { user: "mira" })), request, tell);
    await there.signOut("mira");
    broken = true;
    await clock.advance(45 * second);
    expect(told).toEqual([]);
    broken = false;
    await clock.advance(30 * second);
    expect(told).toHaveLength(1);
  });

  it("holds nothing when the last watch has ended, however it did, and begins again with the next", async () => {
    const here = process({ hears: true });
    for (let round = 0; round < 2; round++) {
      const sessions = [await sessionOf(here, await signInAs(here, { user: "mira" })), await sessionOf(here, await signInAs(here, { user: "teo" }))];
      const [forget] = sessions.map((session) => watchSession(here, session, request, tell));
      await clock.advance(0);
      expect([watches, clock.pending()]).toEqual([1, 1]);
      await here.signOut("teo");
      await clock.advance(0);
      expect([watches, clock.pending()]).toEqual([1, 1]);
      forget?.();
      forget?.();
      await clock.advance(0);
      expect([watches, clock.pending()]).toEqual([0, 0]);
    }
    expect(told).toHaveLength(2);
  });

  it("tells nobody who asked to be forgotten while it was looking", async () => {
    const here = process();
    const forget = watchSession(here, await sessionOf(here, await signInAs(here, { user: "mira" })), request, tell);
    const signedOut = here.signOut("mira");
    here.on("signedOut", forget);
    await signedOut;
    await clock.advance(hour);
    expect(told).toEqual([]);
  });

  it("a store that missed some has all looked at, not more than 20 at once", async () => {
    let tellOf = (_key: string | null): void => undefined;
    const memory = shared;
    let [now, most] = [0, 0];
    shared = {
      ...memory,
      async get(key) {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 0));
        now -= 1;
        return memory.get(key);
      },
      watch: async (listener) => {
        tellOf = listener;
        return async () => undefined;
      },
    };
    const here = process({ hears: true });
    for (let count = 0; count < 50; count++) {
      watchSession(here, await sessionOf(here, await signInAs(here, { user: `user-${count}` })), request, tell);
    }
    reads = 0;
    tellOf("another's");
    expect(reads).toBe(0);
    tellOf(null);
    await expect.poll(() => [reads, now]).toEqual([50, 0]);
    expect(most).toBe(20);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("the app's own");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the app's own"))],
  ])("an app that %s when it is told ends nothing, and keeps nobody waiting", async (_, fail) => {
    const unhandled = vi.fn();
    nodeProcess.on("unhandledRejection", unhandled);
    onTestFinished(() => void nodeProcess.off("unhandledRejection", unhandled));
    const [here, there] = [process(), process()];
    for (let count = 0; count < 50; count++) {
      const session = await sessionOf(here, await signInAs(here, { user: `user-${count}` }));
      watchSession(here, session, request, (error) => (tell(error), fail()));
      await there.signOut(`user-${count}`);
    }
    await clock.advance(30 * second);
    expect(told).toHaveLength(50);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("looks at nobody who left while waiting for a turn", async () => {
    const here = process();
    const forgets: (() => void)[] = [];
    for (let count = 0; count < 50; count++) {
      forgets.push(watchSession(here, await sessionOf(here, await signInAs(here, { user: `user-${count}` })), request, tell));
    }
    const held = Promise.withResolvers<void>();
    const { get } = shared;
    shared.get = async (key) => held.promise.then(() => get(key));
    reads = 0;
    await clock.advance(30 * second);
    expect(reads).toBe(20);
    for (const forget of forgets) forget();
    held.resolve();
    await clock.advance(hour);
    expect([reads, clock.pending()]).toEqual([20, 0]);
  });

  it.each([null, "user-2"])("where Spotify is linked, asks again whose request it was: now %s", async (next) => {
    let subject: string | null = "user-1";
    const here = process({ subject: () => subject });
    await signInAs(here, { user: "user-1" });
    const session = await here.session({ subject: "user-1" });
    if (session === null) throw new Error("Nothing is linked.");
    watchSession(here, session, request, tell);
    await clock.advance(60 * second);
    expect(told).toEqual([]);
    subject = next;
    await clock.advance(30 * second);
    expect(told).toHaveLength(1);
  });

  it("refuses what is no session of this installation", async () => {
    expect(() => watchSession(process(), {} as SpotifySession, request, tell)).toThrow("session must come from this same SpotifyAuth.");
  });
});
