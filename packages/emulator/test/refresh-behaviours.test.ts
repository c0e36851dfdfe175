import { describe, expect, test } from "vitest";
import type { Emulator } from "../src/index.js";
import { judge } from "../src/refresh-behaviours.js";
import { api, authorizeUrl, emulate, exchange, login, refresh, tokensOf } from "./app.js";

const day = 86_400_000;

/** Refreshes and returns the new refresh token. */
async function rotate(emulator: Emulator, token: string): Promise<string> {
  return tokensOf(await refresh(emulator, token)).refresh;
}

async function works(emulator: Emulator, token: string): Promise<boolean> {
  const { status, body } = await refresh(emulator, token);
  if (status !== 200) expect(body).toEqual({ error: "invalid_grant", error_description: "Refresh token revoked" });
  return status === 200;
}

test("non-rotating: answers carry no refresh token and the old one keeps working", async () => {
  const emulator = await emulate();
  const { refresh: token, access } = await login(emulator);
  for (let round = 0; round < 3; round++) {
    const { status, body } = await refresh(emulator, token);
    expect([status, Object.keys(body)]).toEqual([200, ["access_token", "token_type", "expires_in", "scope"]]);
    expect(body["access_token"]).not.toBe(access);
  }
  expect(emulator.log.at(-1)).toMatchObject({ what: "refreshed", user: "mira", generation: 1 });
});

test("strict: each answer brings a new refresh token and the old one is refused, while the new one lives", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const first = (await login(emulator)).refresh;
  const second = await rotate(emulator, first);
  expect(second).not.toBe(first);
  expect(await works(emulator, first)).toBe(false);
  expect(await works(emulator, second)).toBe(true);
});

test("S-090 strict: of fifty refreshes with one token at once exactly one succeeds", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const { refresh: token } = await login(emulator);
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(emulator, token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("S-090 family: a spent token that comes back revokes the newest one too, and access tokens live on", async () => {
  const emulator = await emulate({ refresh: "family" });
  const first = (await login(emulator)).refresh;
  const { refresh: second, access } = tokensOf(await refresh(emulator, first));
  expect(await works(emulator, first)).toBe(false);
  expect(emulator.log.at(-1)?.what).toBe("replayed-revoked-family");
  expect(await works(emulator, second)).toBe(false);
  expect((await api(emulator, "/v1/me", access)).status).toBe(200);
});

test("family: another grant of the same user is left alone", async () => {
  const emulator = await emulate({ refresh: "family" });
  const one = (await login(emulator)).refresh;
  const other = (await login(emulator)).refresh;
  await rotate(emulator, one);
  await works(emulator, one);
  expect(await works(emulator, other)).toBe(true);
});

test("S-090 family: another client that presents a spent token revokes nothing", async () => {
  const clients = ["one-app", "other-app"].map((clientId) => ({ clientId, clientSecret: "s", redirectUris: ["http://127.0.0.1/callback"] }));
  const emulator = await emulate({ refresh: "family", clients });
  const as = (clientId: string): string => `Basic ${Buffer.from(`${clientId}:s`).toString("base64")}`;
  const post = async (form: Record<string, string>, clientId: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${emulator.origin}/api/token`, { method: "POST", body: new URLSearchParams(form), headers: { authorization: as(clientId) } });
    return (await response.json()) as Record<string, unknown>;
  };
  const url = await emulator.approve(authorizeUrl(emulator, { client_id: "one-app" }), { user: "mira" });
  const first = await post(
    { grant_type: "authorization_code", code: url.searchParams.get("code") ?? "", redirect_uri: "http://127.0.0.1:4321/callback" },
    "one-app",
  );
  const spent = { grant_type: "refresh_token", refresh_token: String(first["refresh_token"]) };
  const second = await post(spent, "one-app");
  expect(await post(spent, "other-app")).toEqual({ error: "invalid_grant", error_description: "Invalid refresh token" });
  expect(await post({ ...spent, refresh_token: String(second["refresh_token"]) }, "one-app")).toHaveProperty("access_token");
});

describe("grace", () => {
  test("the previous token works for 30 s of the emulator's clock", async () => {
    const emulator = await emulate({ refresh: "grace" });
    const first = (await login(emulator)).refresh;
    await rotate(emulator, first);
    emulator.advance(29_999);
    expect(await works(emulator, first)).toBe(true);
    emulator.advance(1);
    expect(await works(emulator, first)).toBe(false);
  });

  test("the previous token dies as soon as the new one is used", async () => {
    const emulator = await emulate({ refresh: "grace" });
    const first = (await login(emulator)).refresh;
    const second = await rotate(emulator, first);
    await rotate(emulator, second);
    expect(await works(emulator, first)).toBe(false);
  });

  test("the previous token dies as well when the one it brought first is used", async () => {
    const emulator = await emulate({ refresh: "grace" });
    const first = (await login(emulator)).refresh;
    const second = await rotate(emulator, first);
    await rotate(emulator, first);
    await rotate(emulator, second);
    expect(await works(emulator, first)).toBe(false);
  });

  test("a replay brings another token, and the one before it has its own grace", async () => {
    const emulator = await emulate({ refresh: "grace", refreshGraceMs: 5000 });
    const first = (await login(emulator)).refresh;
    const second = await rotate(emulator, first);
    const third = await rotate(emulator, first);
    expect(third).not.toBe(second);
    expect(await works(emulator, second)).toBe(true);
    emulator.advance(5000);
    expect(await works(emulator, second)).toBe(false);
  });
});

describe("latest-wins", () => {
  test("a replay brings another token and kills the one it brought before", async () => {
    const emulator = await emulate({ refresh: "latest-wins" });
    const first = (await login(emulator)).refresh;
    const second = await rotate(emulator, first);
    const third = await rotate(emulator, first);
    expect(await works(emulator, second)).toBe(false);
    expect(await works(emulator, third)).toBe(true);
  });

  test("once the newest token is used, the one before the last is refused", async () => {
    const emulator = await emulate({ refresh: "latest-wins" });
    const first = (await login(emulator)).refresh;
    await rotate(emulator, await rotate(emulator, first));
    expect(await works(emulator, first)).toBe(false);
  });
});

test("the behaviour can change at any time; what was spent stays spent", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const first = (await login(emulator)).refresh;
  const second = await rotate(emulator, first);
  emulator.setRefreshBehaviour("non-rotating");
  expect(await works(emulator, first)).toBe(false);
  expect((await refresh(emulator, second)).body).not.toHaveProperty("refresh_token");
});

test.each([
  ["grace ends with its last millisecond", "grace", 100, false, "refuse"],
  ["grace holds until then", "grace", 99, false, "rotate"],
  ["grace does not hold once a newer token was used", "grace", 99, true, "refuse"],
  ["family revokes however soon a spent token comes back", "family", 0, false, "revoke-family"],
] as const)("%s", (_rule, behaviour, supersededForMs, newerWasUsed, judgement) => {
  expect(judge(behaviour, { current: false, parentOfCurrent: true, supersededForMs, newerWasUsed }, 100)).toBe(judgement);
});

test("six months after consent the refresh token dies, however often it was used; a millisecond earlier it lives", async () => {
  const emulator = await emulate();
  const consentedAt = emulator.now();
  const { refresh: token } = await login(emulator);
  emulator.advance(100 * day);
  expect(await works(emulator, token)).toBe(true);
  emulator.advance(Date.UTC(2027, 4, 22, 12) - emulator.now() - 1);
  expect(await works(emulator, token)).toBe(true);
  emulator.advance(1);
  expect((await refresh(emulator, token)).body).toEqual({ error: "invalid_grant", error_description: "Refresh token expired" });
  expect(emulator.history[0]).toMatchObject({ authorizedAt: consentedAt, expiresAt: emulator.now() });
});

test("rotation does not extend the six months, a new authorization does", async () => {
  const emulator = await emulate({ refresh: "strict" });
  let token = (await login(emulator)).refresh;
  emulator.advance(180 * day);
  token = await rotate(emulator, token);
  const renewed = (await login(emulator)).refresh;
  emulator.advance(2 * day);
  expect((await refresh(emulator, token)).body["error_description"]).toBe("Refresh token expired");
  expect(await works(emulator, renewed)).toBe(true);
});

test("the six months count from consent, not from the exchange of the code", async () => {
  const emulator = await emulate({ codeLifetimeMs: 600_000 });
  const consentedAt = emulator.now();
  const url = await emulator.approve(authorizeUrl(emulator), { user: "mira" });
  emulator.advance(500_000);
  await exchange(emulator, url.searchParams.get("code") ?? "");
  expect(emulator.history[0]?.authorizedAt).toBe(consentedAt);
});

test("removing the app kills every refresh token of that user and app, not others; access tokens live up to their hour", async () => {
  const emulator = await emulate();
  const one = await login(emulator);
  const two = await login(emulator);
  const teo = await login(emulator, "teo");
  emulator.revoke("mira", "public-app");
  expect(await works(emulator, one.refresh)).toBe(true);
  emulator.revoke("mira", "secret-app");
  expect([await works(emulator, one.refresh), await works(emulator, two.refresh), await works(emulator, teo.refresh)]).toEqual([false, false, true]);
  emulator.advance(3_599_999);
  expect((await api(emulator, "/v1/me", one.access)).status).toBe(200);
  emulator.advance(1);
  expect((await api(emulator, "/v1/me", one.access)).status).toBe(401);
});

test("a new password kills the refresh tokens of all apps", async () => {
  const emulator = await emulate();
  const { refresh: token, access } = await login(emulator);
  emulator.resetPassword("mira");
  expect(await works(emulator, token)).toBe(false);
  expect((await api(emulator, "/v1/me", access)).status).toBe(200);
});

test("the earlier refresh token stays valid after another authorization", async () => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  await login(emulator);
  expect(await works(emulator, token)).toBe(true);
});

test("the history tells who spent what when, and which new token never arrived", async () => {
  const emulator = await emulate({ refresh: "family" });
  const first = (await login(emulator)).refresh;
  emulator.fault({ on: "token", kind: "answer-lost", times: 1 });
  await expect(refresh(emulator, first)).rejects.toThrow();
  await works(emulator, first);
  const [grant] = emulator.history;
  expect(grant?.refreshTokens).toMatchObject([
    { generation: 1, parent: null, delivery: "sent", usedAt: emulator.now() },
    { generation: 2, parent: grant?.refreshTokens[0]?.fingerprint, delivery: "lost", usedAt: null },
  ]);
  expect(grant?.events.map(({ kind }) => kind)).toEqual(["authorized", "exchanged", "rotated", "refused", "revoked"]);
  expect(grant?.ended).toEqual({ at: emulator.now(), why: "A spent refresh token was presented again." });
});

test("reset() forgets grants, faults, log and clock", async () => {
  const emulator = await emulate({ refresh: "strict" });
  const startedAt = emulator.now();
  const { refresh: token, access } = await login(emulator);
  emulator.fault({ on: "token", kind: "slow-down" });
  emulator.setRefreshBehaviour("family");
  emulator.advance(day);
  emulator.reset();
  expect([emulator.now(), emulator.history, emulator.log, emulator.tokenCalls()]).toEqual([startedAt, [], [], 0]);
  expect((await refresh(emulator, token)).body["error_description"]).toBe("Invalid refresh token");
  expect((await api(emulator, "/v1/me", access)).status).toBe(401);
});

test("tokenCalls counts by user and by grant type", async () => {
  const emulator = await emulate();
  const mira = await login(emulator);
  await login(emulator, "teo");
  await refresh(emulator, mira.refresh);
  expect([
    emulator.tokenCalls(),
    emulator.tokenCalls({ user: "mira" }),
    emulator.tokenCalls({ user: "mira", grantType: "refresh_token" }),
    emulator.tokenCalls({ grantType: "authorization_code" }),
  ]).toEqual([3, 2, 1, 2]);
});
