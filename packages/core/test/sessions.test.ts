import { describe, expect, it } from "vitest";
import { cached, createSpotifyAuth, memoryStore, type SpotifyAuth, type SpotifyAuthOptions, type SpotifySession, type Store } from "../src/index.js";
import { type ManualClock, manualClock } from "../src/testing/manual-clock.js";
import { signInAs } from "../src/testing/sign-in-as.js";
import { secret, until } from "./grants/world.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

interface Fleet {
  readonly clock: ManualClock;
  readonly store: Store;
  /** Four processes on one store. */
  readonly auths: readonly SpotifyAuth[];
  readonly auth: SpotifyAuth;
  /** What the four have logged. */
  readonly lines: string[];
  /** Ada signs in, in the first process, on another device each time. */
  signIn(lifetimeMs?: number): Promise<string>;
  /** Who of these is signed in, in each process. */
  living(...cookies: readonly string[]): Promise<readonly boolean[]>;
}

function open(options: SpotifyAuthOptions = {}, through: (store: Store, process: number) => Store = (store) => store): Fleet {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const lines: string[] = [];
  const log = (fields: object, message: string): void => void lines.push(JSON.stringify({ ...fields, message }));
  const auths = [0, 1, 2, 3].map((process) =>
    createSpotifyAuth({
      clientId: "client",
      redirectUri: "http://127.0.0.1:3000/auth/spotify/callback",
      secret,
      clock,
      store: through(store, process),
      logger: { debug: log, info: log, warn: log, error: log },
      ...options,
    }),
  );
  const [auth] = auths as [SpotifyAuth];
  return {
    clock,
    store,
    auths,
    auth,
    lines,
    signIn: (lifetimeMs) => signInAs(auth, { user: "ada", ...(lifetimeMs === undefined ? {} : { lifetimeMs }) }),
    async living(...cookies) {
      const each = await Promise.all(auths.map((process) => Promise.all(cookies.map(async (cookie) => (await process.session({ cookie })) !== null))));
      for (const answer of each) expect(answer).toEqual(each[0]);
      return each[0] ?? [];
    },
  };
}

async function sessionOf(auth: SpotifyAuth, cookie: string): Promise<SpotifySession> {
  const session = await auth.session({ cookie });
  if (session === null) throw new Error("Nobody is signed in.");
  return session;
}

const idOf = async (auth: SpotifyAuth, cookie: string): Promise<string> => (await sessionOf(auth, cookie)).id ?? "";

describe("a session's public id", () => {
  it("is one of those that sessions() lists, and each is another", async () => {
    const { auth, auths, signIn } = open();
    const cookies = [await signIn(), await signIn(), await signIn()];
    const ids = await Promise.all(cookies.map((cookie) => idOf(auth, cookie)));
    for (const process of auths) expect(new Set((await process.sessions("ada")).map(({ id }) => id))).toEqual(new Set(ids));
    expect(new Set(ids).size).toBe(3);
    expect(await auth.sessions("bob")).toEqual([]);
  });

  it("signs nobody in, alone or in a cookie's place, whatever is put around it", async () => {
    const { auth, signIn, living } = open();
    const cookie = await signIn();
    const id = await idOf(auth, cookie);
    const [name = "", key = ""] = cookie.split(/[=.]/);
    const values = [id, `${key}.${id}`, `${key}.${id.padEnd(43, "A")}`, `${key}.${id.repeat(3).slice(0, 43)}`, `${id.padEnd(43, "A")}.${id.padEnd(43, "A")}`];
    expect(await living(...values.map((value) => `${name}=${value}`))).toEqual(values.map(() => false));
    expect(cookie).not.toContain(id);
  });

  it("is in no line of the log, nor is any part of a cookie", async () => {
    const { auth, auths, signIn, living, lines } = open();
    const cookies = [await signIn(), await signIn(), await signIn()];
    const ids = await Promise.all(cookies.map((cookie) => idOf(auth, cookie)));
    await until(async () => {
      await auths[1]?.signOut("ada", { only: ids[0] });
      return lines.some((line) => line.includes("signedOut"));
    }, "the log to be loaded");
    await auth.signOut("ada", { only: ids[1] });
    await auth.signOut("ada", { keep: await sessionOf(auth, cookies[2] ?? "") });
    await auth.disconnect("ada");
    expect(await living(...cookies)).toEqual([false, false, false]);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    const hidden = [...ids, ...cookies.flatMap((cookie) => cookie.split(/[=.]/).slice(1))];
    for (const line of lines) for (const part of hidden) expect(line).not.toContain(part);
  });
});

describe("sessions()", () => {
  it("lists the living, most recently seen first", async () => {
    const { auth, auths, signIn, clock } = open({ session: "strict" });
    const [one, two] = [await signIn(), await signIn()];
    const [first, other] = [await idOf(auth, one), await idOf(auth, two)];
    await clock.advance(30 * minute);
    await sessionOf(auth, two);
    await until(async () => (await auth.sessions("ada")).some(({ seenAt }) => seenAt === clock.now()), "the visit to be noted");
    expect((await auths[1]?.sessions("ada"))?.map(({ id }) => id)).toEqual([other, first]);
    await clock.advance(30 * minute);
    expect((await auth.sessions("ada")).map(({ id }) => id)).toEqual([other]);
    await clock.advance(hour);
    expect(await auth.sessions("ada")).toEqual([]);
  });
});

describe("signOut(subject, { only })", () => {
  it("S-054 ends that session at once in every process, and no other", async () => {
    const { auth, auths, signIn, living } = open();
    const cookies = [await signIn(), await signIn(), await signIn()];
    expect(await living(...cookies)).toEqual([true, true, true]);
    await auths[3]?.signOut("ada", { only: await idOf(auth, cookies[1] ?? "") });
    expect(await living(...cookies)).toEqual([true, false, true]);
    expect((await auth.forUser("ada").token()).reveal()).toMatch(/^access-/);
  });

  it.each([
    ["nobody's", () => "AAAAAAAAAAAAAAAA"],
    ["empty", () => ""],
    ["cut short", (id: string) => id.slice(0, -1)],
    ["too long", (id: string) => `${id}A`],
    ["another user's", (_: string, other: string) => other],
  ])("of an id that is %s ends nothing and says nothing", async (_what, only) => {
    const { auth, signIn, living } = open();
    const heard: unknown[] = [];
    auth.on("signedOut", (event) => heard.push(event));
    const cookie = await signIn();
    const bob = await signInAs(auth, { user: "bob" });
    await auth.signOut("ada", { only: only(await idOf(auth, cookie), await idOf(auth, bob)) });
    await auth.signOut("nobody", { only: await idOf(auth, cookie) });
    expect(await living(cookie, bob)).toEqual([true, true]);
    expect(heard).toEqual([]);
  });

  it("S-053 of the last session closes the grant: its tokens are gone, and doing it again changes nothing", async () => {
    const { auth, signIn, living } = open();
    const [one, two] = [await signIn(), await signIn()];
    const ids = [await idOf(auth, one), await idOf(auth, two)];
    await auth.signOut("ada", { only: ids[0] });
    expect((await auth.forUser("ada").status()).phase).toBe("active");
    await auth.signOut("ada", { only: ids[1] });
    await auth.signOut("ada", { only: ids[1] });
    expect(await living(one, two)).toEqual([false, false]);
    expect((await auth.forUser("ada").status()).phase).toBe("signedOut");
    await expect(auth.forUser("ada").token()).rejects.toMatchObject({ code: "not_authenticated" });
  });

  it("ends a session that this process's cache has not heard of", async () => {
    // No watch: nothing tells the second process what the first has written.
    const { auth, auths, signIn, living } = open({}, (store, process) =>
      process === 1 ? cached({ get: store.get.bind(store), swap: store.swap.bind(store) }, { maxAgeMs: 5_000 }) : store,
    );
    const one = await signIn();
    await auths[1]?.session({ cookie: one });
    const two = await signIn();
    const id = await idOf(auth, two);
    expect((await auths[1]?.sessions("ada"))?.map((session) => session.id)).toContain(id);
    await auths[1]?.session({ cookie: one });
    await auths[1]?.signOut("ada", { only: id });
    expect(await auth.session({ cookie: two })).toBeNull();
    expect(await living(one)).toEqual([true]);
  });

  it("while the store is down says so, and ends nothing", async () => {
    let down = false;
    const { auth, signIn, living } = open({ waitMs: 50 }, (store) => ({
      get: (key) => (down ? Promise.reject(new Error("down")) : store.get(key)),
      swap: (...swap) => store.swap(...swap),
    }));
    const cookie = await signIn();
    const id = await idOf(auth, cookie);
    down = true;
    await expect(auth.signOut("ada", { only: id })).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    down = false;
    expect(await living(cookie)).toEqual([true]);
  });
});

describe("signOut(subject, { keep })", () => {
  it("S-054 of three devices one is left, in every process, with its tokens", async () => {
    const { auth, auths, signIn, living } = open();
    const cookies = [await signIn(), await signIn(), await signIn()];
    expect(await living(...cookies)).toEqual([true, true, true]);
    await auths[2]?.signOut("ada", { keep: await sessionOf(auth, cookies[1] ?? "") });
    expect(await living(...cookies)).toEqual([false, true, false]);
    expect((await auth.sessions("ada")).map(({ id }) => id)).toEqual([await idOf(auth, cookies[1] ?? "")]);
  });

  it("S-054 of three devices none is left without it", async () => {
    const { auth, auths, signIn, living } = open();
    const cookies = [await signIn(), await signIn(), await signIn()];
    expect(await living(...cookies)).toEqual([true, true, true]);
    await auths[2]?.signOut("ada");
    expect(await living(...cookies)).toEqual([false, false, false]);
    expect(await auth.sessions("ada")).toEqual([]);
  });

  it("of a session that no process of this installation made, all end: whoever asks means the others to be gone", async () => {
    const { auth, signIn, living } = open();
    const cookie = await signIn();
    const { id, user } = await sessionOf(auth, cookie);
    await auth.signOut("ada", { keep: { id, user } as SpotifySession });
    expect(await living(cookie)).toEqual([false]);
  });
});

describe("F-017, F-018 while a hundred requests of four processes wait for a refresh", () => {
  /** Two sessions of Ada's; 25 requests of each of the four processes wait, half of them for either session. Then something ends. */
  async function during(end: (fleet: Fleet, one: string, two: string) => Promise<unknown>) {
    let calls = 0;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const fleet = open({
      async fetch() {
        calls += 1;
        await held;
        return Response.json({ access_token: "BQ-late", token_type: "Bearer", expires_in: 3600, refresh_token: "AQ-late" });
      },
    });
    const { auths, signIn, clock } = fleet;
    const [one, two] = [await signIn(), await signIn(0)];
    const code = (error: { readonly code: string }): string => error.code;
    const sessions = await Promise.all(auths.flatMap((auth) => Array.from({ length: 25 }, (_, index) => sessionOf(auth, index % 2 === 0 ? one : two))));
    const waiting = sessions.map((session) => session.token().then((token) => token.reveal(), code));
    await until(() => calls > 0, "the refresh");
    await end(fleet, one, two);
    const living = await fleet.living(one, two);
    answer();
    let settled = false;
    const outcome = Promise.all(waiting).finally(() => (settled = true));
    while (!settled) await clock.advance(500);
    const results = await outcome;
    const of = (parity: number): ReadonlySet<string> => new Set(results.filter((_, index) => (index % 25) % 2 === parity));
    expect(results).toHaveLength(100);
    // Nothing that came late has brought anything back.
    expect(await fleet.living(one, two)).toEqual(living);
    return { living, one: of(0), two: of(1), calls, status: (await fleet.auth.forUser("ada").status()).phase };
  }

  it("one session ends: its own requests hear 401, those of the other are served", async () => {
    const outcome = await during(async ({ auths, auth }, one) => auths[2]?.signOut("ada", { only: await idOf(auth, one) }));
    expect(outcome).toEqual({ living: [false, true], one: new Set(["not_authenticated"]), two: new Set(["BQ-late"]), calls: 1, status: "active" });
  });

  it("all but one end", async () => {
    const outcome = await during(async ({ auths, auth }, _one, two) => auths[2]?.signOut("ada", { keep: await sessionOf(auth, two) }));
    expect(outcome).toEqual({ living: [false, true], one: new Set(["not_authenticated"]), two: new Set(["BQ-late"]), calls: 1, status: "active" });
  });

  it.each([
    ["signOut", (auth: SpotifyAuth) => auth.signOut("ada")],
    ["disconnect", (auth: SpotifyAuth) => auth.disconnect("ada")],
  ])("%s: all hear 401, and the late tokens are dropped", async (_, end) => {
    const outcome = await during(async ({ auths }) => end(auths[2] as SpotifyAuth));
    const refused = new Set(["not_authenticated"]);
    expect(outcome).toEqual({ living: [false, false], one: refused, two: refused, calls: 1, status: "signedOut" });
  });
});

describe("S-052 the limits of a session, to the second", () => {
  it.each([
    ["by default, idle for 30 days", undefined, 30 * day],
    ["strict, idle for an hour", "strict", hour],
    ["as asked, idle", { absoluteMs: 3 * hour, idleMs: 10 * minute }, 10 * minute],
  ] as const)("%s", async (_, session, idleMs) => {
    for (const [offMs, alive] of [
      [-second, true],
      [0, false],
      [second, false],
    ] as const) {
      const { signIn, living, clock, auth } = open({ session });
      const cookie = await signIn();
      await clock.advance(idleMs + offMs);
      expect(await living(cookie)).toEqual([alive]);
      expect(await auth.sessions("ada")).toHaveLength(alive ? 1 : 0);
    }
  });

  it.each([
    ["strict, 24 hours", "strict", day, 30 * minute],
    ["as asked", { absoluteMs: 3 * hour, idleMs: 10 * minute }, 3 * hour, 9 * minute],
  ] as const)("in all, however often it is used: %s", async (_, session, absoluteMs, everyMs) => {
    const { auth, signIn, living, clock } = open({ session });
    const cookie = await signIn();
    const began = clock.now();
    for (let at = everyMs; at < absoluteMs; at += everyMs) {
      await clock.advance(everyMs);
      await sessionOf(auth, cookie);
      await until(async () => (await auth.sessions("ada"))[0]?.seenAt === clock.now(), "the visit to be noted");
    }
    await clock.advance(began + absoluteMs - second - clock.now());
    expect(await living(cookie)).toEqual([true]);
    await clock.advance(second);
    expect(await living(cookie)).toEqual([false]);
    await clock.advance(second);
    expect(await living(cookie)).toEqual([false]);
  });

  it.each([second, 10 * second, minute, 90 * second, 10 * minute])("whoever is seen every third of it is never idle for %s ms", async (idleMs) => {
    const { signIn, living, clock } = open({ session: { absoluteMs: hour, idleMs } });
    const cookie = await signIn();
    for (let visit = 0; visit < 12; visit++) {
      await clock.advance(idleMs / 3);
      expect(await living(cookie)).toEqual([true]);
    }
    await clock.advance(idleMs);
    expect(await living(cookie)).toEqual([false]);
  });

  it.each([
    ["idle for a second", { absoluteMs: hour, idleMs: second }, 500],
    ["idle for a minute", { absoluteMs: hour, idleMs: minute }, 30 * second],
    ["idle for 90 seconds", { absoluteMs: hour, idleMs: 90 * second }, 45 * second],
    ["idle for ten minutes", { absoluteMs: hour, idleMs: 10 * minute }, minute],
    ["strict", "strict", 150 * second],
    ["by default", undefined, 30 * hour],
  ] as const)("a visit is noted no more often than needed: %s", async (_, session, everyMs) => {
    const { auth, signIn, clock } = open({ session });
    const cookie = await signIn();
    const began = clock.now();
    await clock.advance(everyMs - 1);
    await sessionOf(auth, cookie);
    await clock.advance(0);
    expect((await auth.sessions("ada"))[0]?.seenAt).toBe(began);
    await clock.advance(1);
    await sessionOf(auth, cookie);
    await until(async () => (await auth.sessions("ada"))[0]?.seenAt === began + everyMs, "the visit to be noted");
  });
});
