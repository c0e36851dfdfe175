import { expect, test } from "vitest";
import type { Emulator } from "../src/index.js";
import {
  api,
  authorizeUrl,
  basic,
  emulate,
  exchange,
  login,
  obtainCode,
  pkce,
  postToken,
  publicApp,
  redirectUri,
  refresh,
  tokensOf,
  type TokenAnswer,
} from "./app.js";

const hour = 3_600_000;

type Attempt = (emulator: Emulator) => Promise<TokenAnswer>;

const expired: Attempt = async (emulator) => {
  const tokens = await login(emulator);
  emulator.advance(190 * 24 * hour);
  return await refresh(emulator, tokens.refresh);
};

const rotatedAway: Attempt = async (emulator) => {
  emulator.setRefreshBehaviour("strict");
  const tokens = await login(emulator);
  await refresh(emulator, tokens.refresh);
  return await refresh(emulator, tokens.refresh);
};

const revoked: Attempt = async (emulator) => {
  const tokens = await login(emulator);
  emulator.revoke("mira");
  return await refresh(emulator, tokens.refresh);
};

const usedTwice: Attempt = async (emulator) => {
  const code = await obtainCode(emulator);
  await exchange(emulator, code);
  return await exchange(emulator, code);
};

const tooLate: Attempt = async (emulator) => {
  const code = await obtainCode(emulator);
  emulator.advance(60_000);
  return await exchange(emulator, code);
};

const wrongVerifier: Attempt = async (emulator) => {
  const { challenge } = pkce();
  const code = await obtainCode(emulator, "mira", { code_challenge: challenge, code_challenge_method: "S256" });
  return await exchange(emulator, code, { code_verifier: pkce().verifier });
};

const noVerifier: Attempt = async (emulator) =>
  await exchange(emulator, await obtainCode(emulator, "mira", { code_challenge: pkce().challenge, code_challenge_method: "S256" }));

const anotherApps: Attempt = async (emulator) => {
  const tokens = await login(emulator);
  return await postToken(emulator, { grant_type: "refresh_token", refresh_token: tokens.refresh, client_id: publicApp.clientId }, null);
};

const withoutSecret: Attempt = async (emulator) => {
  const tokens = await login(emulator);
  return await postToken(emulator, { grant_type: "refresh_token", refresh_token: tokens.refresh, client_id: "secret-app" }, null);
};

const send =
  (form: Readonly<Record<string, string>>, authorization?: string | null): Attempt =>
  async (emulator) =>
    await postToken(emulator, form, authorization);
const basicOf = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
const aRefresh = { grant_type: "refresh_token", refresh_token: "AQxxx" };

const rows: readonly (readonly [string, Attempt, number, string, string])[] = [
  ["an unknown code", async (emulator) => await exchange(emulator, "AQunknown"), 400, "invalid_grant", "Invalid authorization code"],
  ["S-090 a code that was used", usedTwice, 400, "invalid_grant", "Invalid authorization code"],
  ["S-090 a code older than a minute", tooLate, 400, "invalid_grant", "Authorization code expired"],
  [
    "S-006 S-090 another redirect URI than at /authorize",
    async (emulator) => await exchange(emulator, await obtainCode(emulator), { redirect_uri: "http://127.0.0.1:4322/callback" }),
    400,
    "invalid_grant",
    "Invalid redirect URI",
  ],
  ["S-090 a wrong verifier", wrongVerifier, 400, "invalid_grant", "code_verifier was incorrect"],
  ["S-090 no verifier where there was a challenge", noVerifier, 400, "invalid_grant", "code_verifier was incorrect"],
  [
    "S-016 a verifier where there was no challenge",
    async (emulator) => await exchange(emulator, await obtainCode(emulator), { code_verifier: pkce().verifier }),
    400,
    "invalid_grant",
    "code_verifier was incorrect",
  ],
  ["a refresh token that was never issued", send(aRefresh), 400, "invalid_grant", "Invalid refresh token"],
  ["the text undefined as a refresh token", send({ ...aRefresh, refresh_token: "undefined" }), 400, "invalid_grant", "Invalid refresh token"],
  ["a revoked refresh token", revoked, 400, "invalid_grant", "Refresh token revoked"],
  ["S-090 a refresh token that rotation superseded", rotatedAway, 400, "invalid_grant", "Refresh token revoked"],
  ["a refresh token six months after consent", expired, 400, "invalid_grant", "Refresh token expired"],
  ["S-090 a wrong secret", send(aRefresh, basicOf("secret-app:wrong")), 400, "invalid_client", "Invalid client secret"],
  ["S-020 S-090 a secret that is not form-encoded", send(aRefresh, basicOf("secret-app:a:b%+")), 400, "invalid_client", "Invalid client"],
  ["an unknown client", send(aRefresh, basicOf("nobody:secret")), 400, "invalid_client", "Failed to get client"],
  ["no client at all", send(aRefresh, null), 400, "invalid_client", "Invalid client"],
  [
    "a secret from a client that has none",
    send({ ...aRefresh, client_id: "public-app", client_secret: "x" }, null),
    400,
    "invalid_client",
    "Invalid client secret",
  ],
  ["an Authorization header that is not Basic", send(aRefresh, "Bearer BQabc"), 400, "invalid_client", "Invalid client"],
  ["header and body that name different clients", send({ ...aRefresh, client_id: "public-app" }), 400, "invalid_client", "Invalid client"],
  [
    "S-020 the secret in the header and in the body",
    send({ ...aRefresh, client_id: "secret-app", client_secret: "a:b%+" }),
    400,
    "invalid_request",
    "Only one client authentication method may be used",
  ],
  ["another app's refresh token", anotherApps, 400, "invalid_grant", "Invalid refresh token"],
  ["a refresh without the secret for a token of the flow with one", withoutSecret, 400, "invalid_request", "Client authentication is required"],
  ["an empty refresh token", send({ ...aRefresh, refresh_token: "" }), 400, "invalid_request", "refresh_token must be supplied"],
  ["no code", send({ grant_type: "authorization_code", redirect_uri: redirectUri }), 400, "invalid_request", "code must be supplied"],
  ["no redirect URI", send({ grant_type: "authorization_code", code: "AQx" }), 400, "invalid_request", "redirect_uri must be supplied"],
  ["no grant type", send({ '{"grant_type":"refresh_token"}': "" }), 400, "unsupported_grant_type", "grant_type parameter is missing"],
  ["an unknown grant type", send({ grant_type: "password" }), 400, "unsupported_grant_type", "grant_type password is not supported"],
  ["client credentials without a secret", send({ grant_type: "client_credentials", client_id: "public-app" }, null), 400, "invalid_client", "Invalid client"],
];

test.each(rows)("%s gets its exact error", async (_situation, attempt, status, error, description) => {
  const emulator = await emulate();
  const answer = await attempt(emulator);
  expect([answer.status, answer.body]).toEqual([status, { error, error_description: description }]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("JSON is refused with 415", async () => {
  const emulator = await emulate();
  const response = await fetch(`${emulator.origin}/api/token`, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json", authorization: basic },
  });
  expect([response.status, await response.json()]).toEqual([415, { error: "server_error", error_description: "Unexpected status: 415" }]);
});

test.each(["GET", "PUT", "DELETE", "PATCH"])("%s is refused with 405", async (method) => {
  const emulator = await emulate();
  const response = await fetch(`${emulator.origin}/api/token`, { method });
  expect([response.status, response.headers.get("allow"), await response.json()]).toEqual([
    405,
    "POST",
    { error: "server_error", error_description: "Unexpected status: 405" },
  ]);
});

test("a parameter that comes twice is refused", async () => {
  const emulator = await emulate();
  const body = new URLSearchParams([
    ["grant_type", "refresh_token"],
    ["refresh_token", "AQa"],
    ["refresh_token", "AQb"],
  ]);
  const response = await fetch(`${emulator.origin}/api/token`, { method: "POST", body, headers: { authorization: basic } });
  expect([response.status, await response.json()]).toMatchObject([400, { error: "invalid_request" }]);
});

test("a code brings tokens, once, with the scopes in another order", async () => {
  const emulator = await emulate();
  const scope = "user-top-read user-read-email playlist-read-private";
  const { status, body } = await exchange(emulator, await obtainCode(emulator, "mira", { scope }));
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.stringMatching(/^BQ[\w-]{100,}$/),
    refresh_token: expect.stringMatching(/^AQ[\w-]{100,}$/),
    token_type: "Bearer",
    expires_in: 3600,
    scope: "playlist-read-private user-read-email user-top-read",
  });
});

test.each([
  ["Basic, form-encoded", {}, basic],
  ["Basic and the same client id in the body", { client_id: "secret-app" }, basic],
  ["the body", { client_id: "secret-app", client_secret: "a:b%+" }, null],
])("S-020 a secret with a colon, a percent sign and a plus passes by %s", async (_way, extra, authorization) => {
  const emulator = await emulate();
  const tokens = await login(emulator);
  const answer = await postToken(emulator, { grant_type: "refresh_token", refresh_token: tokens.refresh, ...extra }, authorization);
  expect(answer.status).toBe(200);
});

test("a client without a secret exchanges with its verifier and refreshes with its id", async () => {
  const emulator = await emulate();
  const { verifier, challenge } = pkce();
  const url = await emulator.approve(authorizeUrl(emulator, { client_id: "public-app", code_challenge: challenge, code_challenge_method: "S256" }), {
    user: "teo",
  });
  const form = {
    grant_type: "authorization_code",
    code: url.searchParams.get("code") ?? "",
    redirect_uri: redirectUri,
    client_id: "public-app",
    code_verifier: verifier,
  };
  const tokens = tokensOf(await postToken(emulator, form, null));
  const again = await postToken(emulator, { grant_type: "refresh_token", refresh_token: tokens.refresh, client_id: "public-app" }, null);
  expect(again.status).toBe(200);
});

test("S-090 a replayed code with the right verifier revokes what it had brought, access token included", async () => {
  const emulator = await emulate();
  const { verifier, challenge } = pkce();
  const code = await obtainCode(emulator, "mira", { code_challenge: challenge, code_challenge_method: "S256" });
  const tokens = tokensOf(await exchange(emulator, code, { code_verifier: verifier }));
  await exchange(emulator, code, { code_verifier: verifier });
  expect((await refresh(emulator, tokens.refresh)).body["error_description"]).toBe("Refresh token revoked");
  expect((await api(emulator, "/v1/me", tokens.access)).status).toBe(401);
});

test("S-090 a replayed code with a wrong verifier revokes nothing", async () => {
  const emulator = await emulate();
  const { verifier, challenge } = pkce();
  const code = await obtainCode(emulator, "mira", { code_challenge: challenge, code_challenge_method: "S256" });
  const tokens = tokensOf(await exchange(emulator, code, { code_verifier: verifier }));
  expect((await exchange(emulator, code, { code_verifier: pkce().verifier })).status).toBe(400);
  expect((await refresh(emulator, tokens.refresh)).status).toBe(200);
});

test("S-090 of fifty exchanges of one code at once exactly one succeeds", async () => {
  const emulator = await emulate();
  const code = await obtainCode(emulator);
  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(emulator, code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("client credentials bring a token without a refresh token, which is no user", async () => {
  const emulator = await emulate();
  const { status, body } = await postToken(emulator, { grant_type: "client_credentials" });
  expect([status, Object.keys(body)]).toEqual([200, ["access_token", "token_type", "expires_in"]]);
  expect((await api(emulator, "/v1/me", String(body["access_token"]))).status).toBe(401);
  expect((await api(emulator, "/v1/markets", String(body["access_token"]))).status).toBe(200);
});

test("browsers may call from any origin", async () => {
  const emulator = await emulate();
  const preflight = await fetch(`${emulator.origin}/api/token`, { method: "OPTIONS" });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  expect((await postToken(emulator, aRefresh)).headers.get("access-control-allow-origin")).toBe("*");
  expect(emulator.tokenCalls()).toBe(1);
});
