import { gunzipSync } from "node:zlib";
import { get, request } from "node:http";
import { expect, test } from "vitest";
import type { Emulator, Fault } from "../src/index.js";
import { api, authorizeUrl, basic, emulate, login, refresh, tokensOf } from "./app.js";

async function postRaw(emulator: Emulator, token: string): Promise<Response> {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
  return await fetch(`${emulator.origin}/api/token`, { method: "POST", body, headers: { authorization: basic } });
}

/** How many generations of refresh tokens the first grant has: 2 means that a refresh took its effect. */
function generations(emulator: Emulator): number | undefined {
  return emulator.history[0]?.refreshTokens.length;
}

const rows: readonly (readonly [string, Fault, number, string | RegExp, Readonly<Record<string, string | null>>])[] = [
  ["503 as text", { on: "token", kind: "status", status: 503 }, 503, /^upstream connect error/, { "content-type": "text/plain" }],
  [
    "502 as HTML",
    { on: "token", kind: "status", status: 502, body: "<h1>502</h1>", contentType: "text/html", headers: { "x-a": "b" } },
    502,
    "<h1>502</h1>",
    { "content-type": "text/html", "x-a": "b" },
  ],
  ["429 with seconds", { on: "token", kind: "rate-limit", retryAfter: 5 }, 429, /rate limit/, { "retry-after": "5" }],
  ["429 with nonsense", { on: "token", kind: "rate-limit", retryAfter: "soon" }, 429, /rate limit/, { "retry-after": "soon" }],
  ["429 without Retry-After", { on: "token", kind: "rate-limit" }, 429, /rate limit/, { "retry-after": null }],
  ["slow_down", { on: "token", kind: "slow-down" }, 400, '{"error":"slow_down"}', {}],
  ["a false invalid_grant", { on: "token", kind: "false-invalid-grant" }, 400, '{"error":"invalid_grant","error_description":"Refresh token revoked"}', {}],
  ["invalid_client", { on: "token", kind: "invalid-client" }, 400, '{"error":"invalid_client","error_description":"Invalid client secret"}', {}],
  ["any body", { on: "token", kind: "body", body: "{" }, 200, "{", { "content-type": "application/json" }],
  [
    "any body with status and headers",
    { on: "token", kind: "body", body: "x", status: 307, headers: { location: "https://evil.example/" } },
    307,
    "x",
    { location: "https://evil.example/" },
  ],
];

test.each(rows)("%s: the request has no effect", async (_name, fault, status, body, headers) => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ ...fault, times: 1 });
  const response = await fetch(`${emulator.origin}/api/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }),
    headers: { authorization: basic },
    redirect: "manual",
  });
  expect([response.status, await response.text()]).toEqual([status, typeof body === "string" ? body : expect.stringMatching(body)]);
  for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
  expect(generations(emulator)).toBe(1);
  expect(emulator.log.at(-1)).toMatchObject({ what: expect.stringMatching(/^fault:/), fault: fault.kind, status });
  expect((await refresh(emulator, token)).status).toBe(200);
});

test("reset: the connection breaks and the request has no effect", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "reset", times: 1 });
  await expect(refresh(emulator, token)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect(generations(emulator)).toBe(1);
});

test("silence: nothing comes until the fault is disarmed, and the request has no effect", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  const disarm = emulator.fault({ on: "token", kind: "silence", times: 1 });
  const answer = refresh(emulator, token);
  const outcome = expect(answer).rejects.toThrow("fetch failed");
  await emulatorHas(emulator, "fault:silence");
  disarm();
  await outcome;
  expect([generations(emulator), emulator.log.at(-1)?.status]).toEqual([1, null]);
});

test("silence: it ends when the client leaves, and when the emulator closes", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "silence" });
  const leaving = new AbortController();
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
  const left = expect(
    fetch(`${emulator.origin}/api/token`, { method: "POST", body, headers: { authorization: basic }, signal: leaving.signal }),
  ).rejects.toThrow();
  await emulatorHas(emulator, "fault:silence");
  leaving.abort();
  await left;
  const cut = expect(refresh(emulator, token)).rejects.toThrow("fetch failed");
  await emulator.close();
  await cut;
});

test.each<readonly [string, Fault]>([
  ["answer-lost: processed, then the connection breaks", { on: "token", kind: "answer-lost" }],
  ["truncated: processed, then the answer breaks off", { on: "token", kind: "truncated" }],
])("%s", async (_name, fault) => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ ...fault, times: 1 });
  await expect(postRaw(emulator, token).then((response) => response.text())).rejects.toThrow();
  expect([generations(emulator), emulator.log.at(-1)]).toMatchObject([2, { what: "rotated", delivery: "lost", fault: fault.kind }]);
  expect((await refresh(emulator, token)).status).toBe(400);
});

test("processed-then-status: the token is spent although the answer is a 500", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "processed-then-status", status: 500, times: 1 });
  expect((await postRaw(emulator, token)).status).toBe(500);
  expect(generations(emulator)).toBe(2);
  expect(emulator.log.at(-1)).toMatchObject({ what: "rotated", status: 500, delivery: "lost" });
});

test("false-invalid-grant: the lie is in the history, and falls as often as its probability says", async () => {
  const draws = [0.4, 0.6];
  const emulator = await emulate({ random: () => draws.shift() ?? 0 });
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "false-invalid-grant", probability: 0.5 });
  expect((await refresh(emulator, token)).status).toBe(400);
  expect((await refresh(emulator, token)).status).toBe(200);
  expect(emulator.history[0]?.events.map(({ kind }) => kind)).toEqual(["authorized", "exchanged", "lied", "refreshed"]);
});

test.each<readonly [string, (body: Record<string, unknown>) => Record<string, unknown>]>([
  ["null as refresh token", (body) => ({ ...body, refresh_token: null })],
  ["the text undefined as refresh token", (body) => ({ ...body, refresh_token: "undefined" })],
  ["no scope", ({ scope: _scope, ...body }) => body],
])("patch-answer: %s, while the genuine token is noted as not delivered where it was replaced", async (_name, patch) => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "patch-answer", patch, times: 1 });
  const { body } = await refresh(emulator, token);
  expect(patch({ ...body })).toEqual(body);
  expect(emulator.history[0]?.refreshTokens[1]?.delivery).toBe("scope" in body ? "lost" : "sent");
});

test.each(["before", "after"] as const)("held: the answer waits until it is released, and the request takes effect %s that", async (processed) => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  let release: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  emulator.fault({ on: "token", kind: "held", until, processed, times: 1 });
  const answer = refresh(emulator, token);
  await emulatorHas(emulator, processed === "before" ? "rotated" : "received");
  expect([generations(emulator), emulator.tokenCalls({ grantType: "refresh_token" })]).toEqual([processed === "before" ? 2 : 1, 1]);
  release();
  expect((await answer).status).toBe(200);
});

test("held: a client that left has its request processed all the same", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  const disarm = emulator.fault({ on: "token", kind: "held", until: new Promise(() => {}), processed: "after", times: 1 });
  const leaving = new AbortController();
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
  const left = expect(
    fetch(`${emulator.origin}/api/token`, { method: "POST", body, headers: { authorization: basic }, signal: leaving.signal }),
  ).rejects.toThrow();
  await emulatorHas(emulator, "received");
  leaving.abort();
  await left;
  await expect.poll(() => emulator.log.at(-1)?.abandoned).toBe(true);
  disarm();
  await emulatorHas(emulator, "rotated");
  await expect.poll(() => emulator.history[0]?.refreshTokens[1]?.delivery).toBe("lost");
});

test("delay: the genuine answer, later", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "delay", ms: 30, times: 1 });
  expect((await refresh(emulator, token)).status).toBe(200);
  expect(emulator.log.at(-1)?.durationMs).toBeGreaterThanOrEqual(29);
});

test("slow-loris: the genuine answer, a byte at a time", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "slow-loris", everyMs: 0, times: 1 });
  expect((await refresh(emulator, token)).status).toBe(200);
  const disarm = emulator.fault({ on: "token", kind: "slow-loris", times: 1 });
  const response = await postRaw(emulator, token);
  disarm();
  await expect(response.text()).rejects.toThrow();
});

test("huge-body: as many bytes as asked for", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "huge-body", bytes: 200_000, times: 1 });
  const { body } = await refresh(emulator, token);
  expect(String(body["access_token"])).toHaveLength(200_000);
});

test("gzip-bomb: little on the wire, much when opened", async () => {
  const emulator = await emulate();
  emulator.fault({ on: "api", kind: "gzip-bomb", bytes: 10_000_000, times: 1 });
  const wire = await new Promise<Buffer>((resolve, reject) => {
    get(`${emulator.origin}/v1/me`, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks)));
    }).once("error", reject);
  });
  expect(wire.length).toBeLessThan(20_000);
  expect(gunzipSync(wire).length).toBeGreaterThan(10_000_000);
});

test.each<readonly [string, Fault, number, string, string | null]>([
  [
    "unauthorized",
    { on: "api", kind: "unauthorized" },
    401,
    '{"error":{"status":401,"message":"Missing/invalid/expired access token"}}',
    'Bearer realm="spotify", error="invalid_token", error_description="Missing/invalid/expired access token"',
  ],
  [
    "unauthorized with a text",
    { on: "api", kind: "unauthorized", text: "The access token expired" },
    401,
    '{"error":{"status":401,"message":"The access token expired"}}',
    'Bearer realm="spotify", error="invalid_token", error_description="The access token expired"',
  ],
  [
    "permissions-missing",
    { on: "api", kind: "permissions-missing" },
    401,
    '{"error":{"status":401,"message":"Permissions missing"}}',
    'Bearer realm="spotify", error="invalid_token", error_description="Permissions missing"',
  ],
  ["not-allowlisted", { on: "api", kind: "not-allowlisted" }, 403, "Check settings on developer.spotify.com/dashboard, the user may not be registered.", null],
  [
    "owner-not-premium",
    { on: "api", kind: "owner-not-premium" },
    403,
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.",
    null,
  ],
])("on the Web API %s", async (_name, fault, status, body, challenge) => {
  const emulator = await emulate();
  const { access } = await login(emulator);
  emulator.fault({ ...fault, times: 1 });
  const response = await api(emulator, "/v1/me", access);
  expect([response.status, await response.text(), response.headers.get("www-authenticate")]).toEqual([status, body, challenge]);
  expect((await api(emulator, "/v1/me", access)).status).toBe(200);
});

test.each<Fault>([
  { on: "token", kind: "rate-limit", retryAfter: 5 },
  { on: "token", kind: "slow-down" },
  { on: "token", kind: "false-invalid-grant" },
  { on: "token", kind: "invalid-client" },
  { on: "token", kind: "body", body: "{", headers: { "x-a": "b" } },
])("a script of a page can read what the fault $kind answers", async (fault) => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ ...fault, times: 1 });
  const response = await postRaw(emulator, token);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
});

test("a fault falls only where its scope says: user, grant type, path", async () => {
  const emulator = await emulate();
  const mira = await login(emulator, "mira");
  const teo = await login(emulator, "teo");
  emulator.fault({ on: "token", kind: "slow-down", user: "mira", grantType: "refresh_token" });
  emulator.fault({ on: "api", kind: "status", status: 500, path: "/v1/me/*" });
  emulator.fault({ on: "api", kind: "status", status: 502, path: "/v1/me", user: "teo" });
  expect([(await refresh(emulator, mira.refresh)).status, (await refresh(emulator, teo.refresh)).status]).toEqual([400, 200]);
  await login(emulator, "mira");
  const statuses = [await api(emulator, "/v1/me", mira.access), await api(emulator, "/v1/me/albums", mira.access), await api(emulator, "/v1/me", teo.access)];
  expect(statuses.map(({ status }) => status)).toEqual([200, 500, 502]);
});

test("faults fall in the order in which they were armed, each as often as it says", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "token", kind: "status", status: 503, times: 2 });
  const disarm = emulator.fault({ on: "token", kind: "status", status: 502 });
  const statuses: number[] = [];
  for (let call = 0; call < 4; call++) statuses.push((await postRaw(emulator, token)).status);
  disarm();
  statuses.push((await postRaw(emulator, token)).status);
  expect(statuses).toEqual([503, 503, 502, 502, 200]);
});

test("a fault on the login page is seen by the user and by approve()", async () => {
  const emulator = await emulate();
  emulator.fault({ on: "authorize", kind: "status", status: 500, times: 1 });
  await expect(emulator.approve(authorizeUrl(emulator), { user: "mira" })).rejects.toThrow("/authorize answered 500");
});

test.each([0, 1.5, Number.NaN])("a fault cannot fall %s times", async (times) => {
  const emulator = await emulate();
  expect(() => emulator.fault({ on: "token", kind: "reset", times })).toThrow(RangeError);
});

test("a patch that throws breaks the connection and says so in the log", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  const patch = (): never => {
    throw new Error("a mistake in the test");
  };
  emulator.fault({ on: "token", kind: "patch-answer", patch, times: 1 });
  await expect(refresh(emulator, token)).rejects.toThrow("fetch failed");
  expect(emulator.log.at(-1)).toMatchObject({ what: "fault:broken", delivery: "lost", status: null });
});

test.each<readonly [string, Fault]>([
  ["a patch that throws", { on: "token", kind: "patch-answer", patch: () => JSON.parse("") as never }],
  ["a patch that gives no object", { on: "token", kind: "patch-answer", patch: () => undefined as never }],
  ["a status that HTTP does not have", { on: "token", kind: "processed-then-status", status: 99 }],
])("%s: the history tells that the refresh token was never delivered", async (_name, fault) => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  emulator.fault({ ...fault, times: 1 });
  await expect(refresh(emulator, token)).rejects.toThrow("fetch failed");
  await expect.poll(() => emulator.log.at(-1)?.what, { interval: 2 }).toBe("fault:broken");
  expect(emulator.history[0]?.refreshTokens.map(({ delivery }) => delivery)).toEqual(["sent", "lost"]);
});

test("an answer held for one user keeps nobody else waiting", async () => {
  const emulator = await emulate();
  const mira = await login(emulator, "mira");
  const teo = await login(emulator, "teo");
  const disarm = emulator.fault({ on: "token", kind: "held", until: new Promise(() => {}), user: "mira" });
  const held = refresh(emulator, mira.refresh);
  expect((await refresh(emulator, teo.refresh)).status).toBe(200);
  disarm();
  expect(tokensOf(await held).access).toMatch(/^BQ/);
});

test.each([2 ** 31, Number.POSITIVE_INFINITY])("a delay of %s ms, longer than a timer can run, does not end at once", async (ms) => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  const { refresh: other } = await login(emulator, "teo");
  const disarm = emulator.fault({ on: "token", kind: "delay", ms, user: "mira" });
  const late = refresh(emulator, token);
  await emulatorHas(emulator, "refreshed");
  const entry = emulator.log.at(-1);
  for (let round = 0; round < 10; round++) await refresh(emulator, other);
  expect(entry?.delivery).toBe("pending");
  disarm();
  expect((await late).status).toBe(200);
});

test("what was held when the emulator was reset takes no effect afterwards", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "authorize", kind: "held", until: new Promise(() => {}), processed: "after" });
  emulator.fault({ on: "token", kind: "held", until: new Promise(() => {}), processed: "after" });
  const approving = emulator.approve(authorizeUrl(emulator), { user: "mira" });
  const refreshing = postRaw(emulator, token);
  await expect.poll(() => emulator.log.filter(({ fault }) => fault === "held").length, { interval: 2 }).toBe(2);
  emulator.reset();
  await expect(approving).rejects.toThrow("/authorize answered 503: The emulator was reset.");
  expect((await refreshing).status).toBe(503);
  expect([emulator.authorizations, emulator.log]).toEqual([[], []]);
});

test("a request larger than a mebibyte is cut off", async () => {
  const emulator = await emulate();
  const status = await new Promise<number | undefined>((resolve) => {
    const sending = request(`${emulator.origin}/api/token`, { method: "POST" }, (response) => resolve(response.statusCode));
    sending.on("error", () => resolve(413));
    sending.end("a".repeat(1_100_000));
  });
  expect(status).toBe(413);
});

/** Waits for the event, not for time: until the newest request has got that far. */
async function emulatorHas(emulator: Emulator, what: string): Promise<void> {
  await expect.poll(() => emulator.log.at(-1)?.what, { interval: 2 }).toBe(what);
}
