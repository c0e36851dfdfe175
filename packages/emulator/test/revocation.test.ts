import { expect, test } from "vitest";
import type { Emulator, EmulatorOptions } from "../src/index.js";
import { api, basic, emulate, exchange, login, obtainCode, pkce, publicApp, redirectUri, refresh, secretApp, tokensOf } from "./app.js";

interface Revocation {
  readonly status: number;
  readonly body: string;
}

const path = "/oauth2/revoke/v1";

async function post(emulator: Emulator, form: Readonly<Record<string, string>>, authorization: string | null = basic): Promise<Revocation> {
  const headers = authorization === null ? {} : { authorization };
  const response = await fetch(`${emulator.origin}${path}`, { method: "POST", body: new URLSearchParams(form), headers });
  return { status: response.status, body: await response.text() };
}

async function serving(options: EmulatorOptions = {}): Promise<Emulator> {
  return await emulate({ revocation: true, ...options });
}

const inBody = { client_id: secretApp.clientId, client_secret: secretApp.clientSecret };
const done = { status: 200, body: "" };

test("S-060 by default there is no revocation endpoint, and nothing is revoked", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  expect((await post(emulator, { token })).status).toBe(404);
  expect((await refresh(emulator, token)).status).toBe(200);
});

test.each<readonly [string, Readonly<Record<string, string>>, string | null]>([
  ["Basic and a hint", { token_type_hint: "refresh_token" }, basic],
  ["a wrong hint, which must not matter", { token_type_hint: "access_token" }, basic],
  ["the secret in the body and no hint", inBody, null],
])("S-060 with %s the refresh token dies, and the access token lives up to its hour", async (_how, more, authorization) => {
  const emulator = await serving();
  const tokens = await login(emulator);
  const before = await login(emulator);
  expect(await post(emulator, { token: tokens.refresh, ...more }, authorization)).toEqual(done);
  expect((await refresh(emulator, tokens.refresh)).body).toEqual({ error: "invalid_grant", error_description: "Refresh token revoked" });
  expect((await api(emulator, "/v1/me", tokens.access)).status).toBe(200);
  expect((await refresh(emulator, before.refresh)).status).toBe(200);
  emulator.advance(3_600_000);
  expect((await api(emulator, "/v1/me", tokens.access)).status).toBe(401);
  expect(emulator.history[0]?.ended?.why).toBe("The app revoked it.");
});

test("S-060 after rotation a spent refresh token revokes the one that took its place", async () => {
  const emulator = await serving({ refresh: "strict" });
  const first = (await login(emulator)).refresh;
  const second = String((await refresh(emulator, first)).body["refresh_token"]);
  expect(await post(emulator, { token: first })).toEqual(done);
  expect((await refresh(emulator, second)).status).toBe(400);
});

test("S-060 a token that was never issued and one that is revoked already are answered with 200", async () => {
  const emulator = await serving();
  const { refresh: token } = await login(emulator);
  expect([await post(emulator, { token: "AQnobody" }), await post(emulator, { token }), await post(emulator, { token })]).toEqual([done, done, done]);
  expect(emulator.history[0]?.events.filter(({ kind }) => kind === "revoked")).toHaveLength(1);
});

test("an access token can be revoked by itself", async () => {
  const emulator = await serving();
  const tokens = await login(emulator);
  expect(await post(emulator, { token: tokens.access })).toEqual(done);
  expect((await api(emulator, "/v1/me", tokens.access)).status).toBe(401);
  expect((await refresh(emulator, tokens.refresh)).status).toBe(200);
});

test("a client without a secret revokes its tokens with its id", async () => {
  const emulator = await serving();
  const { verifier, challenge } = pkce();
  const pkceApp = { client_id: publicApp.clientId, code_challenge: challenge, code_challenge_method: "S256" };
  const code = await obtainCode(emulator, "mira", pkceApp);
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, client_id: publicApp.clientId, code_verifier: verifier };
  const response = await fetch(`${emulator.origin}/api/token`, { method: "POST", body: new URLSearchParams(form) });
  const { refresh_token: token } = (await response.json()) as { refresh_token: string };
  expect(await post(emulator, { token, client_id: publicApp.clientId }, null)).toEqual(done);
  expect(emulator.history[0]?.ended?.why).toBe("The app revoked it.");
});

test.each(["refresh", "access"] as const)("S-060 the %s token of another client is refused and stays alive", async (which) => {
  const emulator = await serving();
  const tokens = await login(emulator);
  const { status, body } = await post(emulator, { token: tokens[which], client_id: publicApp.clientId }, null);
  expect([status, JSON.parse(body)]).toEqual([400, { error: "invalid_grant", error_description: "Invalid token" }]);
  expect([(await refresh(emulator, tokens.refresh)).status, (await api(emulator, "/v1/me", tokens.access)).status]).toEqual([200, 200]);
});

test.each<readonly [string, Readonly<Record<string, string>>, string | null, string, string]>([
  ["a wrong secret", {}, `Basic ${Buffer.from("secret-app:wrong").toString("base64")}`, "invalid_client", "Invalid client secret"],
  ["no secret", { client_id: "secret-app" }, null, "invalid_client", "Invalid client"],
  ["an unknown client", { client_id: "nobody" }, null, "invalid_client", "Failed to get client"],
  ["no client", {}, null, "invalid_client", "Invalid client"],
  ["the secret in two places", inBody, basic, "invalid_request", "Only one client authentication method may be used"],
  ["no token", { token: "" }, basic, "invalid_request", "token must be supplied"],
])("S-060 %s is refused as at the token endpoint, and nothing is revoked", async (_what, form, authorization, error, description) => {
  const emulator = await serving();
  const { refresh: token } = await login(emulator);
  const { status, body } = await post(emulator, { token, ...form }, authorization);
  expect([status, JSON.parse(body)]).toEqual([400, { error, error_description: description }]);
  expect((await refresh(emulator, token)).status).toBe(200);
});

test("GET, JSON and a token that comes twice are refused", async () => {
  const emulator = await serving();
  const url = `${emulator.origin}${path}`;
  const twice = new URLSearchParams("token=AQa&token=AQb");
  const statuses = [
    await fetch(url),
    await fetch(url, { method: "POST", body: "{}", headers: { "content-type": "application/json", authorization: basic } }),
    await fetch(url, { method: "POST", body: twice, headers: { authorization: basic } }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([405, 415, 400]);
});

test("S-060 faults fall on revocation alone, before it has its effect or after", async () => {
  const emulator = await serving();
  const { refresh: token } = await login(emulator);
  emulator.fault({ on: "revoke", kind: "status", status: 503, times: 1, user: "mira" });
  expect((await refresh(emulator, token)).status).toBe(200);
  expect((await post(emulator, { token })).status).toBe(503);
  emulator.fault({ on: "revoke", kind: "reset", times: 1 });
  await expect(post(emulator, { token })).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  const disarm = emulator.fault({ on: "revoke", kind: "silence", times: 1 });
  const silent = expect(post(emulator, { token })).rejects.toThrow("fetch failed");
  await expect.poll(() => emulator.log.at(-1)?.what, { interval: 2 }).toBe("fault:silence");
  disarm();
  await silent;
  expect((await refresh(emulator, token)).status).toBe(200);
  emulator.fault({ on: "revoke", kind: "delay", ms: 30, times: 1 });
  expect(await post(emulator, { token })).toEqual(done);
  expect(emulator.log.at(-1)?.durationMs).toBeGreaterThanOrEqual(29);
  expect((await refresh(emulator, token)).status).toBe(400);
});

test("S-060 another process can let revocation fail", async () => {
  const emulator = await serving();
  const body = JSON.stringify({ on: "revoke", kind: "status", status: 503, times: 1 });
  expect((await fetch(`${emulator.origin}/_emulator/faults`, { method: "POST", body })).status).toBe(200);
  expect((await post(emulator, { token: "AQnobody" })).status).toBe(503);
  expect(await post(emulator, { token: "AQnobody" })).toEqual(done);
});

test("the log says who revoked which token of which grant, with what effect", async () => {
  const emulator = await serving();
  const tokens = await login(emulator);
  const called = emulator.tokenCalls();
  await post(emulator, { token: tokens.refresh, token_type_hint: "refresh_token" });
  const fingerprint = emulator.history[0]?.refreshTokens[0]?.fingerprint;
  const who = { endpoint: "revoke", clientId: "secret-app", user: "mira", grant: "grant-1" };
  expect(emulator.log.at(-1)).toMatchObject({ ...who, refreshToken: fingerprint, generation: 1, what: "revoked", status: 200, delivery: "sent" });
  await post(emulator, { token: "AQnobody" });
  expect(emulator.log.at(-1)).toMatchObject({ what: "unknown-token" });
  expect(emulator.log.at(-1)).not.toHaveProperty("user");
  expect(JSON.stringify(emulator.log)).not.toContain(tokens.refresh.slice(0, 12));
  expect(emulator.tokenCalls()).toBe(called);
});

test("the live page offers what can go wrong with revocation only where it is served", async () => {
  const [off, on] = [await emulate(), await serving()];
  const pages = await Promise.all([off, on].map(async ({ origin }) => (await (await fetch(origin)).text()).includes('value="revoke-503"')));
  expect(pages).toEqual([false, true]);
});

test("a login after a revocation is a new grant", async () => {
  const emulator = await serving();
  const { refresh: token } = await login(emulator);
  await post(emulator, { token });
  const renewed = tokensOf(await exchange(emulator, await obtainCode(emulator)));
  expect((await refresh(emulator, renewed.refresh)).status).toBe(200);
});
