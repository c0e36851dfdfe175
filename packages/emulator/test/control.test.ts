import { request } from "node:http";
import { expect, test } from "vitest";
import { startEmulator, type Emulator, type EmulatorOptions } from "../src/index.js";
import { emulate, login, refresh } from "./app.js";

async function control(
  emulator: Emulator,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
  const response = await fetch(`${emulator.origin}/_emulator/${path}`, init);
  const text = await response.text();
  return { status: response.status, body: response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text };
}

test("another process moves the clock, switches the behaviour, arms and disarms faults, revokes and resets", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  const startedAt = emulator.now();
  expect((await control(emulator, "clock", { advanceMs: 5000 })).body).toEqual({ now: startedAt + 5000, offsetMs: 5000 });
  await control(emulator, "behaviour", { kind: "strict" });
  const { body } = await control(emulator, "faults", { on: "token", kind: "status", status: 503, times: 2 });
  expect(body).toEqual({ id: 1 });
  expect((await control(emulator, "faults")).body).toEqual([{ id: 1, remaining: 2, on: "token", kind: "status", status: 503, times: 2 }]);
  expect((await fetch(`${emulator.origin}/_emulator/faults/1`, { method: "DELETE" })).status).toBe(200);
  const { body: second } = await refresh(emulator, token);
  expect(second).toHaveProperty("refresh_token");
  await control(emulator, "revoke", { user: "mira" });
  expect((await refresh(emulator, String(second["refresh_token"]))).status).toBe(400);
  expect((await control(emulator, "state")).body).toMatchObject({
    behaviour: "strict",
    offsetMs: 5000,
    tokenCalls: 3,
    grants: [{ user: "mira", ended: { why: "The user removed the app." } }],
  });
  await login(emulator, "teo");
  await control(emulator, "reset-password", { user: "teo" });
  expect(emulator.history[1]?.ended?.why).toBe("The user's password was reset.");
  await control(emulator, "reset", {});
  expect((await control(emulator, "state")).body).toMatchObject({ behaviour: "non-rotating", offsetMs: 0, grants: [], faults: [] });
});

test("over HTTP an answer is held until disarmed, and patched by setting and removing fields", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  await control(emulator, "faults", { on: "token", kind: "patch-answer", set: { refresh_token: null }, remove: ["scope"], times: 1 });
  expect(Object.entries((await refresh(emulator, token)).body).slice(1)).toEqual([
    ["token_type", "Bearer"],
    ["expires_in", 3600],
    ["refresh_token", null],
  ]);
  const { body } = await control(emulator, "faults", { on: "token", kind: "held", times: 1 });
  const held = refresh(emulator, token);
  await expect.poll(() => emulator.log.at(-1)?.what, { interval: 2 }).toBe("refreshed");
  await control(emulator, "disarm", body);
  expect((await held).status).toBe(200);
});

test.each(["token-held", "token-silence"])("the live page offers to disarm %s while a request hangs on it, though it was to fall once", async (preset) => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  await fetch(`${emulator.origin}/_emulator/faults`, { method: "POST", body: new URLSearchParams({ preset, times: "once" }) });
  const hanging = refresh(emulator, token).catch(() => null);
  await expect.poll(() => emulator.log.at(-1)?.what, { interval: 2 }).toMatch(/refreshed|fault:silence/);
  expect((await control(emulator, "faults")).body).toMatchObject([{ id: 1, remaining: 0 }]);
  expect(await (await fetch(emulator.origin)).text()).toContain('<button name="id" value="1">Disarm</button>');
  await fetch(`${emulator.origin}/_emulator/disarm`, { method: "POST", body: new URLSearchParams({ id: "1" }) });
  await hanging;
  expect((await control(emulator, "faults")).body).toEqual([]);
});

test.each([
  [{}, "kind is one of"],
  [{ kind: "reset" }, "on is token, revoke, api or authorize."],
  [{ kind: "status", on: "token" }, "status is missing."],
  [{ kind: "status", on: "token", status: 99 }, "status has no sensible value."],
  [{ kind: "reset", on: "token", until: 1 }, "reset takes no until."],
  [{ kind: "reset", on: "token", times: 0 }, "times has no sensible value."],
  [{ kind: "body", on: "api", body: "", headers: { a: "b\r\nc: d" } }, "headers has no sensible value."],
  [{ kind: "body", on: "api", body: "", headers: { a: "5 €" } }, "headers has no sensible value."],
  [{ kind: "status", on: "api", status: 500, contentType: "text/plain\r\na: b" }, "contentType has no sensible value."],
  [{ kind: "rate-limit", on: "api", retryAfter: "soon\n" }, "retryAfter has no sensible value."],
  [{ kind: "unauthorized", on: "api", text: "Выйдите" }, "text has no sensible value."],
  [{ kind: "constructor", on: "api" }, "kind is one of"],
])("the fault %j is refused with a sentence", async (fault, sentence) => {
  const emulator = await emulate();
  const { status, body } = await control(emulator, "faults", fault);
  expect([status, body]).toEqual([400, { error: expect.stringContaining(sentence) }]);
});

test.each([
  ["clock", { advanceMs: -1 }],
  ["clock", { advanceMs: "soon" }],
  ["clock", { advanceMs: 1e300 }],
  ["behaviour", { kind: "sometimes" }],
  ["revoke", { user: "nobody" }],
  ["revoke", { user: "mira", clientId: "nobody" }],
  ["reset-password", {}],
  ["disarm", { id: 7 }],
])("/_emulator/%s with %j is refused", async (path, body) => {
  const emulator = await emulate();
  expect((await control(emulator, path, body)).status).toBe(400);
});

test.each([
  ["another site's form", { "sec-fetch-site": "cross-site" }],
  ["a sibling's form", { "sec-fetch-site": "same-site" }],
  ["another origin without Fetch Metadata", { origin: "https://evil.example" }],
  ["an opaque origin", { origin: "null" }],
  ["localhost, which is another origin", { origin: "http://localhost:1" }],
])("S-040 a control request from %s is refused", async (_from, headers) => {
  const emulator = await emulate();
  const before = emulator.now();
  expect((await control(emulator, "clock", { advanceMs: 1000 }, headers)).status).toBe(403);
  expect(emulator.now()).toBe(before);
});

test.each([["/"], ["/_emulator/state"], ["/_emulator/log"], ["/_emulator/events"], ["/authorize"]])(
  "S-071 %s answers to no other name than its address",
  async (path) => {
    const emulator = await emulate();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${emulator.origin}${path}`, { headers: { host: "rebound.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once("error", reject)
        .end();
    });
    expect(status).toBe(421);
  },
);

test("S-090 it listens on 127.0.0.1 and on no other address", async () => {
  const emulator = await emulate();
  const { port } = new URL(emulator.origin);
  expect(emulator.origin).toBe(`http://127.0.0.1:${port}`);
  await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow("fetch failed");
  await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow("fetch failed");
});

test("the log streams as server-sent events, without those who only look", async () => {
  const emulator = await emulate();
  const leaving = new AbortController();
  const response = await fetch(`${emulator.origin}/_emulator/events`, { signal: leaving.signal });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await fetch(`${emulator.origin}/`);
  await login(emulator);
  let received = "";
  while (!received.includes('"what":"authorized"')) received += (await reader?.read())?.value ?? "";
  expect(received).toContain('"what":"approved"');
  expect(received).not.toContain('"endpoint":"page"');
  leaving.abort();
});

test("the page is complete without JavaScript: grants, requests, a form for everything", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  await refresh(emulator, token);
  const response = await fetch(`${emulator.origin}/`);
  const page = await response.text();
  for (const part of [
    "Mira Sandoval",
    "generation 2",
    "rotated",
    "local emulator: no real account",
    'action="/_emulator/clock"',
    'action="/_emulator/faults"',
    'action="/_emulator/behaviour"',
    'action="/_emulator/reset"',
    'action="/_emulator/withdraw-scopes"',
    "user-read-email",
  ])
    expect(page).toContain(part);
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! src="\/_emulator\/live\.js" defer)/);
  expect(response.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
});

test("the page's forms act and lead back to it", async () => {
  const emulator = await emulate();
  const before = emulator.now();
  const post = async (path: string, form: Record<string, string>): Promise<Response> =>
    await fetch(`${emulator.origin}/_emulator/${path}`, {
      method: "POST",
      body: new URLSearchParams(form),
      redirect: "manual",
      headers: { "sec-fetch-site": "same-origin" },
    });
  const answers = [
    await post("clock", { advanceMs: "60000" }),
    await post("clock", { sixMonths: "yes" }),
    await post("faults", { preset: "token-503", times: "once", user: "mira" }),
    await post("behaviour", { kind: "family" }),
  ];
  expect(answers.map((response) => [response.status, response.headers.get("location")])).toEqual(answers.map(() => [303, "/"]));
  expect(new Date(emulator.now()).toISOString()).toBe(new Date(Date.UTC(2027, 4, 22, 12, 1)).toISOString());
  expect(emulator.now()).toBeGreaterThan(before);
  const page = await (await fetch(`${emulator.origin}/`)).text();
  expect(page.replaceAll(/\s+/g, " ")).toContain("status on token for mira, 1 more");
});

test.each(["/_emulator/nothing", "/nothing"])("%s is not found", async (path) => {
  const emulator = await emulate();
  expect((await fetch(`${emulator.origin}${path}`)).status).toBe(404);
});

test.each<readonly [string, EmulatorOptions]>([
  ["a port out of range", { port: 70_000 }],
  ["a lifetime below a second", { accessTokenLifetimeMs: 999 }],
  ["a code that lives longer than ten minutes", { codeLifetimeMs: 600_001 }],
  ["no grace", { refreshGraceMs: 0 }],
  ["an unknown behaviour", { refresh: "sometimes" as never }],
  ["two clients with one id", { clients: [1, 2].map(() => ({ clientId: "a", redirectUris: [] })) }],
  ["a redirect URI without a scheme", { clients: [{ clientId: "a", redirectUris: ["127.0.0.1:3000/callback"] }] }],
  ["a redirect URI that no Location header can carry", { clients: [{ clientId: "a", redirectUris: ["https://例え.example/callback"] }] }],
  ["two users with one id", { users: [1, 2].map(() => ({ id: "a", accountId: "a", name: "A" })) }],
  ["consent by nobody", { autoConsent: "nobody" }],
])("%s is refused at the start", async (_what, options) => {
  await expect(startEmulator(options)).rejects.toThrow();
});

test("a port that is taken is an error", async () => {
  const emulator = await emulate();
  await expect(startEmulator({ port: Number(new URL(emulator.origin).port) })).rejects.toThrow("EADDRINUSE");
});

test("the log says what the program that asked calls itself, and so does the page", async () => {
  const emulator = await emulate();
  for (const agent of ["process 3", "x".repeat(300)]) await fetch(`${emulator.origin}/api/token`, { method: "POST", headers: { "user-agent": agent } });
  expect(emulator.log.map(({ userAgent }) => userAgent)).toEqual(["process 3", "x".repeat(200)]);
  expect(await (await fetch(emulator.origin)).text()).toMatch(/<dt>Program<\/dt>\s*<dd><code>process 3<\/code><\/dd>/);
});
