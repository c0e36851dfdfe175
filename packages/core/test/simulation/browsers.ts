import { hash, randomId, randomSecret } from "../../src/grants/identifiers.js";
import type { Authorized, GrantEvent } from "../../src/machine/events.js";
import { type Grant, type GrantRecord, isGrant } from "../../src/machine/grant.js";
import { defaultTimings, reauthorizeBy, refreshAfterMs } from "../../src/machine/timings.js";
import type { Calls } from "./calls.js";
import { dice } from "./dice.js";
import { type Incarnation, type SimulatedProcess, storeDeadlineMs, waitMs } from "./simulated-process.js";
import type { RefreshToken } from "./simulated-spotify.js";
import type { World } from "./world.js";

/** A browser, its cookie, and what its user may expect of it. */
export interface Browser {
  readonly number: number;
  readonly user: string;
  session: { readonly id: string; readonly cookie: string } | null;
  /** `unknown`: a sign-in or a sign-out ended with an error, so either may be. */
  state: "in" | "out" | "unknown";
}

export type Visit = "served" | "signed out" | "reauthorize" | "unavailable" | "refused by the API";

/** What users do. Each resolves when the browser has its answer, and never when the process was killed on the way. */
export interface Browsers {
  readonly all: readonly Browser[];
  visit(browser: Browser, process: number): Promise<Visit>;
  /** Something that works for the user without a session. */
  job(browser: Browser, process: number): Promise<Visit>;
  signIn(browser: Browser, process: number, tookMs: number): Promise<boolean>;
  signOut(browser: Browser, process: number): Promise<boolean>;
  close(browser: Browser, process: number, reason: "signOut" | "disconnect", keep: boolean): Promise<boolean>;
  retry(user: string, process: number): Promise<boolean>;
  /** Ends a process in good order. */
  shutDown(process: SimulatedProcess): Promise<void>;
}

/** A call waits so long for others and then may be in the middle of a look at the store. */
const usableMs = waitMs + 2 * storeDeadlineMs + 100;
const changeMs = waitMs + 3 * storeDeadlineMs + 1_000;
/** Ten seconds for what is on its way, and the store's deadline for ending the watch. */
const closeMs = 10_000 + storeDeadlineMs + 100;

export function createBrowsers(world: World, calls: Calls, all: readonly Browser[]): Browsers {
  const { timeline, journal, spotify, rules } = world;
  const draw = dice(world.seed, 41);
  const at = (process: number): Incarnation => {
    const found = world.processes[process];
    if (found === undefined) throw new RangeError(`there is no process ${process}`);
    return found.current();
  };
  const named = ({ number, user }: Browser): string => `${user}'s browser ${number + 1}`;

  return {
    all,

    async visit(browser, process) {
      const incarnation = await arriveAt(process);
      const { session, state } = browser;
      if (session === null) return "signed out";
      journal.say(() => `${named(browser)} visits ${incarnation.name}`);
      const begunAsOut = state === "out";
      const found = await calls.make(incarnation, "authenticate", storeDeadlineMs + 100, async () => incarnation.engine.authenticate(session.cookie));
      const heard = ((): Visit | null => {
        if (found.kind === "refused") return "unavailable";
        if (found.value === null) return "signed out";
        return null;
      })();
      if (found.kind === "done" && found.value !== null && begunAsOut) journal.broken("I2 no access after an acknowledged sign-out", named(browser));
      const visit =
        heard ?? (await use(incarnation, world.userKey(browser.user), session.id, found.kind === "done" ? (found.value?.grant ?? undefined) : undefined));
      journal.say(() => `${named(browser)}: ${visit}`);
      if (visit === "signed out" && state === "in" && browser.state === "in" && browser.session === session && !rules.isGone(session.id)) {
        journal.broken("nothing transient signs anyone out", named(browser));
      }
      return visit;
    },

    async job(browser, process) {
      const incarnation = await arriveAt(process);
      journal.say(() => `a job for ${browser.user} begins at ${incarnation.name}`);
      const visit = await use(incarnation, world.userKey(browser.user), null);
      journal.say(() => `the job for ${browser.user}: ${visit}`);
      return visit;
    },

    async signIn(browser, process, tookMs) {
      const began = at(process);
      const begunAt = clockOf(process);
      journal.say(() => `${named(browser)} begins to sign in at ${began.name}`);
      if (tookMs > 0) await new Promise<void>((resolve) => void timeline.after(tookMs, resolve));
      const incarnation = at(process);
      const sentAt = clockOf(process);
      const issued = spotify.consent(browser.user);
      await new Promise<void>((resolve) => void timeline.after(draw.between(50, 300), () => incarnation.deliver(resolve)));

      const secret = randomSecret();
      const id = await hash(secret);
      const now = clockOf(process);
      const { absoluteMs } = defaultTimings.session;
      const event: Authorized = {
        type: "authorized",
        id: randomId(),
        begunAt,
        user: { id: browser.user, spotifyId: browser.user },
        scopes: [],
        authorizedAt: now,
        reauthorizeBy: reauthorizeBy(now),
        access: {
          id: randomId(),
          token: issued.access.value,
          sentAt,
          expiresAt: sentAt + spotify.lifetimeMs,
          refreshAfter: Math.floor(sentAt + refreshAfterMs(spotify.lifetimeMs, draw.next(), defaultTimings, true)),
          rejected: false,
        },
        refreshToken: issued.refresh.value,
        lineage: randomId(),
        session: { id, createdAt: now, seenAt: now, expiresAt: now + absoluteMs },
        replaces: browser.session?.id ?? null,
        replacesUser: false,
      };
      // Whether the former session still lives is not known until the answer is there.
      browser.state = "unknown";
      rules.wants(id, begunAt);
      const changed = await change(incarnation, world.userKey(browser.user), event, "a sign-in");
      rules.answers(id);
      const record = changed.kind === "done" ? changed.value : null;
      if (isGrant(record) && record.sessions.some((session) => session.id === id)) {
        browser.session = { id, cookie: `${world.userKey(browser.user)}.${secret}` };
        browser.state = "in";
        journal.say(() => `${named(browser)} is signed in`);
        return true;
      }
      journal.say(() => `${named(browser)}'s sign-in fails`);
      return false;
    },

    async signOut(browser, process) {
      const { session } = browser;
      if (session === null) return true;
      const incarnation = await arriveAt(process);
      journal.say(() => `${named(browser)} signs out at ${incarnation.name}`);
      rules.leaves(world.userKey(browser.user));
      browser.state = "unknown";
      const event: GrantEvent = { type: "signedOut", session: session.id, now: clockOf(process), timings: defaultTimings };
      const changed = await change(incarnation, world.userKey(browser.user), event, "a sign-out");
      if (changed.kind === "refused") return false;
      journal.say(() => `${named(browser)} is signed out`);
      if (browser.session === session) browser.state = "out";
      return true;
    },

    async close(browser, process, reason, keep) {
      const incarnation = await arriveAt(process);
      const kept = keep ? (browser.session?.id ?? null) : null;
      const known = all.filter(({ user, session }) => user === browser.user && session?.id !== kept);
      const sessions = known.map(({ session }) => session);
      journal.say(() => `${browser.user} is to be signed out by ${reason}${keep ? `, but for ${named(browser)}` : ""} at ${incarnation.name}`);
      rules.leaves(world.userKey(browser.user));
      for (const other of known) other.state = "unknown";
      const now = clockOf(process);
      const changed = await change(incarnation, world.userKey(browser.user), { type: "closed", id: randomId(), reason, keep: kept, now }, reason);
      if (changed.kind === "refused") return false;
      rules.closed(world.userKey(browser.user), now, kept);
      journal.say(() => `${browser.user} is signed out by ${reason}`);
      known.forEach((other, index) => {
        if (other.session !== null && other.session === sessions[index] && rules.isGone(other.session.id)) other.state = "out";
      });
      return true;
    },

    async retry(user, process) {
      const incarnation = await arriveAt(process);
      journal.say(() => `an operator retries ${user} at ${incarnation.name}`);
      return (await change(incarnation, world.userKey(user), { type: "retried", now: clockOf(process) }, "a retry")).kind === "done";
    },

    async shutDown(process) {
      const incarnation = await arriveAt(process.number);
      journal.say(() => `${incarnation.name} is asked to end`);
      const closed = await calls.make(incarnation, "close", closeMs, () => incarnation.engine.close());
      const unstored = closed.kind === "done" ? closed.value : [];
      for (const { sender, brought, deliveredAt, lost, storedAt } of spotify.attempts) {
        if (sender !== incarnation || brought === null || lost || deliveredAt === null || storedAt !== null) continue;
        const isStored = unstored.every((grant) => !world.userKey(brought.consent.user).startsWith(grant));
        if (isStored && isWanted(brought)) journal.broken("promise 4: close() names whose tokens are not stored", brought.value);
      }
      if (unstored.length > 0) journal.count("closed with tokens that were not stored");
      process.crash();
    },
  };

  /** Whether the record still follows the consent that the token belongs to. */
  function isWanted(token: RefreshToken): boolean {
    const record = world.vault.look(world.rows.get(world.userKey(token.consent.user))) as GrantRecord;
    return isGrant(record) && record.refresh.token === token.parent?.value;
  }

  /** What comes to a process that is stopped waits until it goes on. */
  async function arriveAt(process: number): Promise<Incarnation> {
    const incarnation = at(process);
    await new Promise<void>((resolve) => incarnation.deliver(resolve));
    return incarnation;
  }

  function clockOf(process: number): number {
    return world.processes[process]?.clock.now() ?? 0;
  }

  function change(incarnation: Incarnation, key: string, event: GrantEvent, what: string) {
    return calls.make(incarnation, what, changeMs, () => incarnation.engine.change(key, event));
  }

  /** As the API client does: a token the API refuses is reported, and the call is made once more. */
  async function use(incarnation: Incarnation, key: string, sessionId: string | null, known?: Grant): Promise<Visit> {
    let grant = known;
    for (let attempt = 1; ; attempt += 1) {
      const need = { minValidMs: 0, sessionId, known: attempt === 1 ? grant : undefined };
      const got = await calls.make(incarnation, "usable", usableMs, () => incarnation.engine.usable(key, need));
      if (got.kind === "refused") {
        if (got.error.code === "reauthorization_required") return "reauthorize";
        return got.error.code === "not_authenticated" ? "signed out" : "unavailable";
      }
      grant = got.value;
      rules.served(key, grant);
      const { id, token } = grant.access;
      await new Promise<void>((resolve) => void timeline.after(draw.between(30, 80), () => incarnation.deliver(resolve)));
      if (spotify.accepts(token)) return "served";
      if (attempt === 2) return "refused by the API";
      const event: GrantEvent = { type: "rejected", access: id, now: clockOf(incarnation.process), timings: defaultTimings };
      const changed = await change(incarnation, key, event, "a refused token");
      if (changed.kind === "refused") return "unavailable";
      if (isGrant(changed.value) && changed.value.access.id === id && !changed.value.access.rejected) return "refused by the API";
    }
  }
}
