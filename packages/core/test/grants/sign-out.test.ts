import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/clock.js";
import { createEmitter } from "../../src/events.js";
import { createEngine } from "../../src/grants/create-engine.js";
import type { Engine } from "../../src/grants/engine.js";
import { hash } from "../../src/grants/identifiers.js";
import type { Authorized, GrantEvent } from "../../src/machine/events.js";
import { isGrant } from "../../src/machine/grant.js";
import { defaultTimings, reauthorizeBy } from "../../src/machine/timings.js";
import type { TokenEndpoint } from "../../src/protocol/token-endpoint.js";
import { createSealer } from "../../src/seal/sealer.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { Store } from "../../src/store/store.js";
import { secret } from "./world.js";

const sessionSecret = "s".repeat(43);
const otherSecret = "t".repeat(43);
const need = { minValidMs: 0, sessionId: null };

describe("sign-out and disconnect against everything in flight", () => {
  it.each([
    ["the last session signs out", "signedOut", false],
    ["the user disconnects", "closed", false],
    ["one of two sessions ends", "signedOut", true],
    ["all sessions but one end", "closed", true],
  ] as const)("F-017 V-009 %s: 1,000 interleavings, and nothing brings the session back", { timeout: 60_000 }, async (_, kind, staysOther) => {
    const sessionId = await hash(sessionSecret);
    const otherId = await hash(otherSecret);
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, rotates) => {
        const clock = scheduledClock(scheduler);
        const plain = memoryStore({ clock });
        // Every step of the store and of Spotify is a task that the scheduler puts in some order.
        const store: Store = {
          get: scheduler.scheduleFunction(async (asked: string) => plain.get(asked)),
          swap: scheduler.scheduleFunction(plain.swap.bind(plain)),
        };
        const tokenEndpoint: TokenEndpoint = {
          refresh: scheduler.scheduleFunction(async () => ({
            kind: "success",
            accessToken: "BQ-late",
            lifetimeMs: 3_600_000,
            refreshToken: rotates ? "AQ-late" : null,
            scopes: null,
          })),
          exchange: () => Promise.reject(new Error("not asked")),
        };
        const processes = [0, 1].map(() => engineOn(store, tokenEndpoint, clock));
        const [one, two] = processes as [Engine, Engine];
        const key = await one.keyOf("mira");
        const consent = authorized(clock.now(), sessionId);
        const setUp = engineOn(plain, tokenEndpoint, clock);
        await setUp.change(key, consent);
        if (staysOther) await setUp.change(key, { ...authorized(clock.now(), otherId), id: "consent-2" });

        const event: GrantEvent =
          kind === "signedOut"
            ? { type: "signedOut", session: sessionId, now: clock.now() + 5, timings: defaultTimings }
            : { type: "closed", id: "close-1", reason: "disconnect", keep: staysOther ? otherId : null, now: clock.now() + 5 };
        // A deadline may pass at any step; whoever hears 503 tries again.
        const acknowledged = (async () => {
          for (;;) {
            const done = await two.change(key, event).catch(() => "try again" as const);
            if (done !== "try again") return;
          }
        })();
        const afterwards = acknowledged.then(() =>
          Promise.all(processes.map(async (engine) => engine.authenticate(`${key}.${sessionSecret}`)).map((found) => found.catch(() => null))),
        );
        const inFlight = [
          one.usable(key, need),
          two.usable(key, need),
          one.change(key, { type: "seen", session: sessionId, now: clock.now() + 1 }),
          one.change(key, { type: "warned", consent: staysOther ? "consent-2" : consent.id, days: 7 }),
          // The same sign-in once more: a callback whose first swap may or may not have been applied.
          ...(kind === "closed" ? [one.change(key, consent)] : []),
        ];
        await scheduler.waitFor(Promise.allSettled([afterwards, ...inFlight]));

        expect(await afterwards).toEqual([null, null]);
        const record = await setUp.read(key);
        expect(isGrant(record) ? record.sessions.map(({ id }) => id) : null).toEqual(staysOther ? [otherId] : null);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A clock whose timers are tasks of the scheduler too: a deadline may pass at any step, and time has then passed with it. */
function scheduledClock(scheduler: fc.Scheduler): Clock {
  let elapsed = 0;
  return {
    now: () => Date.UTC(2026, 5, 16) + elapsed,
    elapsed: () => elapsed,
    after(ms, callback) {
      const dueAt = elapsed + ms;
      let cancelled = false;
      const pass = async (): Promise<void> => {
        await scheduler.schedule(Promise.resolve());
        if (cancelled) return;
        elapsed = Math.max(elapsed, dueAt);
        callback();
      };
      void pass();
      return () => void (cancelled = true);
    },
  };
}

function engineOn(store: Store, tokenEndpoint: TokenEndpoint, clock: Clock): Engine {
  const origin = "http://127.0.0.1:1";
  return createEngine({
    settings: {
      clientId: "client",
      store,
      timings: defaultTimings,
      waitMs: 10_000,
      storeDeadlineMs: 2_000,
      maxRefreshes: 100,
      clock,
      random: () => 0.5,
    },
    sealer,
    tokenEndpoint,
    emitter: createEmitter(),
    reauthorizeUrl: origin,
  });
}

const sealer = createSealer([secret]);

/** A consent two hours ago: its access token is dead. */
function authorized(now: number, sessionId: string): Authorized {
  const sentAt = now - 7_200_000;
  return {
    type: "authorized",
    id: "consent-1",
    begunAt: now,
    user: { id: "mira", spotifyId: "mira" },
    scopes: [],
    authorizedAt: sentAt,
    reauthorizeBy: reauthorizeBy(sentAt),
    access: { id: "access-1", token: "BQ-1", sentAt, expiresAt: sentAt + 3_600_000, refreshAfter: sentAt + 3_000_000, rejected: false },
    refreshToken: "AQ-1",
    lineage: "lineage-1",
    session: { id: sessionId, createdAt: now, seenAt: now, expiresAt: now + 86_400_000 },
    replaces: null,
    replacesUser: false,
  };
}
