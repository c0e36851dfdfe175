import type { Fault } from "@refrain/emulator";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { selfSigned } from "../protocol/self-signed.js";
import { inFastTime, openWorld, until, type World } from "./world.js";

const need = { minValidMs: 0, sessionId: null };

/** The error a caller gets, as everything that could be seen of it. */
async function refusal(world: World, key: string): Promise<{ readonly code: string; readonly all: string }> {
  const error: unknown = await inFastTime(
    world.clock,
    world.engine.usable(key, need).catch((reason: unknown) => reason),
  );
  if (!(error instanceof Error)) return { code: "none", all: "" };
  return { code: (error as Error & { code: string }).code, all: `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}` };
}

describe("answers that are none", () => {
  const body = (text: string, type = "application/json"): Fault => ({ on: "token", kind: "body", body: text, headers: { "content-type": type } });

  it.each<[string, Fault]>([
    ["200 with an error", body('{"error":"server_error","error_description":"a-word-of-the-body"}')],
    ["200 with nothing", body("")],
    ["200 with text", body("a-word-of-the-body", "text/plain")],
    ["200 with a list", body('["a-word-of-the-body"]')],
    ["200 with a token of the wrong type", body('{"access_token":{"a-word-of-the-body":1},"token_type":"Bearer","expires_in":3600}')],
    ["200 with half a JSON text", body('{"access_token":"a-word-of-the-body')],
    ["403 as HTML", { on: "token", kind: "status", status: 403, body: "<html>a-word-of-the-body</html>", contentType: "text/html" }],
    ["400 as HTML", { on: "token", kind: "status", status: 400, body: "<html>invalid_grant a-word-of-the-body</html>", contentType: "text/html" }],
  ])("F-009 %s: 503 that quotes nothing, tokens kept, and it goes on by itself", async (_, fault) => {
    const world = await openWorld();
    const { key } = await world.signIn();
    const { refresh } = await world.grant(key);
    const mend = world.emulator.fault({ ...fault, grantType: "refresh_token" });
    await world.expire();
    const { code, all } = await refusal(world, key);
    expect(code).toBe("temporarily_unavailable");
    expect(all).not.toContain("a-word-of-the-body");
    expect(await world.grant(key)).toMatchObject({ refresh, phase: { name: "backoff" } });
    mend();
    await world.clock.advance(60_000);
    expect((await world.engine.usable(key, need)).phase.name).toBe("active");
  });

  it("F-011 a byte a second: 503 at the deadline", async () => {
    const world = await openWorld();
    const { key } = await world.signIn();
    const mend = world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "slow-loris" });
    await world.expire();
    const before = world.clock.elapsed();
    expect((await refusal(world, key)).code).toBe("temporarily_unavailable");
    expect(world.clock.elapsed() - before).toBeLessThan(11_000);
    mend();
    await world.clock.advance(60_000);
    expect((await world.engine.usable(key, need)).phase.name).toBe("active");
  });
});

describe("a token endpoint that cannot be reached", () => {
  it.each<[string, () => Promise<string> | string]>([
    ["has no address", () => "https://accounts.refrain.invalid"],
    ["shows a certificate that nobody vouches for", strangersOrigin],
    ["has an address of IPv6 only, where nobody listens", nobodysOrigin],
  ])("F-012 because it %s: 503, nothing was sent, nothing is unsettled", { timeout: 30_000 }, async (_, origin) => {
    const world = await openWorld({ issuer: await origin() });
    const { key, cookie } = await world.signIn();
    await world.expire();
    expect((await refusal(world, key)).code).toBe("temporarily_unavailable");
    await until(async () => (await world.grant(key)).phase.name !== "refreshing", "the outcome");
    expect(await world.grant(key)).toMatchObject({ phase: { name: "backoff", cause: "notSent" }, trouble: { unsettled: false } });
    expect((await world.engine.authenticate(cookie))?.key).toBe(key);
    expect(world.refreshes()).toBe(0);
  });
});

describe("F-014 an outcome that is unknown", () => {
  it.each(["answer-lost", "truncated", "reset"] as const)("%s: the attempt ended, so it is repeated once, with the same token", async (kind) => {
    const world = await openWorld();
    const { key } = await world.signIn();
    await world.expire();
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind, times: 1 });
    const { access } = await inFastTime(world.clock, world.engine.usable(key, need));
    expect(access.expiresAt).toBeGreaterThan(world.clock.now());
    const presented = world.emulator.log.filter(({ grantType }) => grantType === "refresh_token").map(({ refreshToken }) => refreshToken);
    expect(presented).toHaveLength(2);
    expect(new Set(presented).size).toBe(1);
  });

  it("late: the attempt has not ended, so it is not repeated, and its answer is stored when it comes", async () => {
    const world = await openWorld({ refresh: "family" });
    const { key } = await world.signIn();
    await world.expire();
    let open = (): void => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held, times: 1 });
    expect((await refusal(world, key)).code).toBe("temporarily_unavailable");
    expect(world.refreshes()).toBe(1);
    open();
    await until(async () => (await world.grant(key)).phase.name === "active", "the late answer");
    await world.engine.usable(key, need);
    expect(world.refreshes()).toBe(1);
  });
});

describe("F-000 a swap that is lost", () => {
  it("is read again and decided again: the refresh goes on, once", async () => {
    let meddle: (() => Promise<unknown>) | null = null;
    const world = await openWorld({
      refresh: "family",
      through: (store) => ({
        ...store,
        async swap(...swap) {
          const first = meddle;
          meddle = null;
          await first?.();
          return store.swap(...swap);
        },
      }),
    });
    const { key, sessionId } = await world.signIn();
    await world.expire();
    let lost = 0;
    meddle = async () => {
      lost += 1;
      await world.engine.change(key, { type: "seen", session: sessionId, now: world.clock.now() });
    };
    expect((await world.engine.usable(key, need)).phase.name).toBe("active");
    expect([lost, world.refreshes()]).toEqual([1, 1]);
    expect((await world.grant(key)).sessions[0]?.seenAt).toBeGreaterThan(world.clock.now() - 60_000);
  });
});

async function nobodysOrigin(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://[::1]:${port}`;
}

async function strangersOrigin(): Promise<string> {
  const server = createServer(selfSigned(), (_request, response) => void response.end("{}"));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
