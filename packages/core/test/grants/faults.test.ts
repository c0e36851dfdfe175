import type { Fault } from "@refrain/emulator";
import { describe, expect, it } from "vitest";
import { TemporarilyUnavailable } from "../../src/errors/temporarily-unavailable.js";
import { inFastTime, openWorld, until, type World } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const minute = 60_000;

/** What a caller gets, in words. */
const outcome = (world: World, key: string): Promise<string> =>
  inFastTime(
    world.clock,
    world.engine.usable(key, need).then(
      ({ access }) => (world.clock.now() < access.expiresAt ? "a living token" : "a dead token"),
      (error: unknown) => (error instanceof TemporarilyUnavailable && (error.retryAfterMs ?? 0) > 0 ? "503 with Retry-After" : String(error)),
    ),
  );

const faults: Record<string, Fault> = {
  "503 as text": { on: "token", kind: "status", status: 503, body: "upstream connect error", contentType: "text/plain" },
  "500 as JSON": { on: "token", kind: "status", status: 500, body: '{"error":"server_error"}', contentType: "application/json" },
  "502 as HTML": { on: "token", kind: "status", status: 502, body: "<html><h1>502</h1></html>", contentType: "text/html" },
  "429 with Retry-After": { on: "token", kind: "rate-limit", retryAfter: 3 },
  "429 with a huge Retry-After": { on: "token", kind: "rate-limit", retryAfter: 86_400 },
  "429 without Retry-After": { on: "token", kind: "rate-limit" },
  slow_down: { on: "token", kind: "slow-down" },
  "a reset connection": { on: "token", kind: "reset" },
  "truncated JSON": { on: "token", kind: "truncated" },
  "an HTML page with 200": { on: "token", kind: "body", body: "<html>hello</html>", headers: { "content-type": "text/html" } },
  "30 s of silence": { on: "token", kind: "silence" },
  invalid_client: { on: "token", kind: "invalid-client" },
};

describe("nothing transient signs anyone out", () => {
  it.each(Object.entries(faults))("F-008 F-009 F-011 %s: a living token is served, then 503; it recovers by itself", async (_, fault) => {
    const world = await openWorld();
    const { key, cookie } = await world.signIn();
    const disarm = world.emulator.fault({ ...fault, grantType: "refresh_token" });

    await world.clock.advance(57 * minute);
    expect(await outcome(world, key)).toBe("a living token");
    await until(() => world.refreshes() > 0, "the refresh ahead");
    expect(await outcome(world, key)).toBe("a living token");

    await world.clock.advance(3 * minute);
    expect(await outcome(world, key)).toBe("503 with Retry-After");
    expect((await world.engine.authenticate(cookie))?.key).toBe(key);

    disarm();
    await world.clock.advance(10 * minute);
    expect(await outcome(world, key)).toBe("a living token");
    expect(await world.grant(key)).toMatchObject({ phase: { name: "active" }, trouble: { attempts: 0, unsettled: false } });
    expect((await world.engine.authenticate(cookie))?.key).toBe(key);
  });

  it.each(["503 as text", "429 without Retry-After", "a reset connection", "invalid_client"])(
    "%s: token calls are bounded by backoff, not by traffic",
    async (name) => {
      const fault = faults[name];
      if (fault === undefined) throw new RangeError(name);
      const world = await openWorld();
      const { key } = await world.signIn();
      world.emulator.fault(fault);
      await world.expire();
      const answers: Promise<unknown>[] = [];
      for (let tick = 0; tick < 120; tick += 1) {
        answers.push(world.engine.usable(key, need).catch(() => undefined));
        await world.clock.advance(500);
      }
      // One minute, 120 requests: at most two calls per lease, and a lease per backoff of up to 1, 2, 4, 8, 16, 32 seconds.
      expect(world.refreshes()).toBeLessThanOrEqual(24);
      expect(world.refreshes()).toBeGreaterThanOrEqual(2);
      await inFastTime(world.clock, Promise.all(answers));
    },
  );

  it("Retry-After is honoured: not one call before it is over, in any process", async () => {
    const world = await openWorld({ processes: 2 });
    const [first, second, third] = [await world.signIn("mira"), await world.signIn("teo"), await world.signIn("anouk")];
    world.emulator.fault({ on: "token", kind: "rate-limit", retryAfter: 40, times: 1 });
    await world.expire();
    const [here, there] = world.processes;
    await expect(here?.engine.usable(first.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable", retryAfterMs: expect.closeTo(40_000, -3) });
    await expect(there?.engine.usable(second.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(world.refreshes()).toBe(1);
    const held = await world.store.get(third.key);
    await expect(there?.engine.usable(third.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    // Whoever knows of the pause takes no lease for nothing.
    expect(await world.store.get(third.key)).toBe(held);
    await world.clock.advance(38_000);
    await expect(here?.engine.usable(first.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    await expect(there?.engine.usable(second.key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(world.refreshes()).toBe(1);
    await world.clock.advance(3_000);
    await there?.engine.usable(second.key, need);
    await here?.engine.usable(first.key, need);
    expect(world.refreshes()).toBe(3);
  });

  it("invalid_client: one loud event for a hundred users, and no verdict on any", async () => {
    const world = await openWorld();
    const users = await Promise.all(Array.from({ length: 20 }, () => world.signIn()));
    world.emulator.fault({ on: "token", kind: "invalid-client" });
    await world.expire();
    await Promise.allSettled(users.map(({ key }) => world.engine.usable(key, need)));
    expect(world.processes[0]?.heard.misconfigured).toEqual([{ error: "invalid_client" }]);
    expect((await world.grant(users[0]?.key ?? "")).phase.name).toBe("backoff");
  });

  it("a wrong secret of our own is the same", async () => {
    const world = await openWorld({ clientSecret: "wrong" });
    const { key } = await world.signIn();
    await world.expire();
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(world.processes[0]?.heard.misconfigured).toEqual([{ error: "invalid_client" }]);
  });

  it("F-012 a token endpoint that refuses connections is not sent to, and nothing is unsettled", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    await world.expire();
    await world.emulator.close();
    await expect(inFastTime(world.clock, world.engine.usable(key, need))).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(await world.grant(key)).toMatchObject({ phase: { name: "backoff", cause: "notSent" }, trouble: { unsettled: false } });
  });
});

describe("what an answer says of the refresh token", () => {
  it.each([
    ["no field", undefined],
    ["an empty string", ""],
    ["null", null],
    ['"undefined"', "undefined"],
    ["a number", 7],
  ])("V-026 %s: the old one is kept through 3 refreshes", async (_, value) => {
    const world = await openWorld();
    const { key } = await world.signIn();
    const { refresh } = await world.grant(key);
    world.emulator.fault({
      on: "token",
      grantType: "refresh_token",
      kind: "patch-answer",
      patch: ({ refresh_token: _dropped, ...rest }) => (value === undefined ? rest : { ...rest, refresh_token: value }),
    });
    for (let round = 1; round <= 3; round += 1) {
      await world.expire();
      await world.engine.usable(key, need);
      expect(world.refreshes()).toBe(round);
      expect((await world.grant(key)).refresh).toEqual({ ...refresh, reusable: true });
    }
  });

  it("V-026 a new one replaces it at once, three times", async () => {
    const world = await openWorld({ refresh: "family" });
    const { key } = await world.signIn();
    const seen = new Set([(await world.grant(key)).refresh.token]);
    for (let round = 1; round <= 3; round += 1) {
      await world.expire();
      await world.engine.usable(key, need);
      seen.add((await world.grant(key)).refresh.token);
    }
    expect(seen.size).toBe(4);
  });

  it("an empty scope is a partial grant, an absent one changes nothing", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    const disarm = world.emulator.fault({ on: "token", kind: "patch-answer", patch: ({ scope: _dropped, ...rest }) => rest });
    await world.expire();
    expect((await world.engine.usable(key, need)).scopes).toEqual(["user-top-read"]);
    disarm();
    world.emulator.fault({ on: "token", kind: "patch-answer", patch: (body) => ({ ...body, scope: "" }) });
    await world.expire();
    expect((await world.engine.usable(key, need)).scopes).toEqual([]);
  });
});

describe("invalid_grant", () => {
  it("V-027 ends that refresh token: one call, then reauthorize without another", async () => {
    const world = await openWorld();
    const { key, cookie } = await world.signIn();
    world.emulator.revoke("mira");
    await world.expire();
    for (let request = 0; request < 5; request += 1) {
      await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required", reason: "revoked" });
    }
    expect(world.refreshes()).toBe(1);
    expect(world.processes[0]?.heard.reauthorizationRequired).toHaveLength(1);
    expect((await world.engine.authenticate(cookie))?.grant.phase.name).toBe("reauthorize");
  });

  it("after six months the reason says so", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    await world.clock.advance(185 * 24 * 60 * minute);
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ reason: "expired" });
  });

  it("A: a verdict after a lost answer is suspect, gets one probe, and is then final", async () => {
    const world = await openWorld({ refresh: "strict" });
    const { key } = await world.signIn();
    await world.expire();
    const disarm = world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "answer-lost", times: 1 });
    // The answer is lost, the repeat under the same lease is refused: nobody knows whether that is the end.
    await expect(inFastTime(world.clock, world.engine.usable(key, need))).rejects.toMatchObject({ code: "temporarily_unavailable" });
    disarm();
    expect((await world.grant(key)).phase.name).toBe("suspect");
    expect(world.refreshes()).toBe(2);
    await world.clock.advance(minute);
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required", reason: "lostRotation" });
    expect(world.refreshes()).toBe(3);
  });

  it("D: a lie after an unknown outcome costs nothing: the probe finds the token alive", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", kind: "reset", times: 1 });
    world.emulator.fault({ on: "token", kind: "false-invalid-grant", times: 1 });
    await expect(inFastTime(world.clock, world.engine.usable(key, need))).rejects.toMatchObject({ code: "temporarily_unavailable" });
    await world.clock.advance(minute);
    await world.engine.usable(key, need);
    expect((await world.grant(key)).phase.name).toBe("active");
  });
});
