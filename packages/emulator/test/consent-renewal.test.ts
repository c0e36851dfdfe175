import { expect, test } from "vitest";
import { startEmulator, type Emulator, type EmulatorOptions } from "../src/index.js";
import { sixMonthsAfter } from "../src/clock.js";
import { api, authorizeUrl, basic, emulate, exchange, login, obtainCode, postToken, redirectUri, refresh, secretApp, tokensOf, type Tokens } from "./app.js";

const day = 86_400_000;

/** The login of a browser in which the user is signed in already. */
async function bounce(emulator: Emulator, scope = "user-read-email", user = "mira"): Promise<Tokens & { readonly scope: unknown }> {
  const url = await emulator.approve(authorizeUrl(emulator, { scope }), { user, silently: true });
  const answer = await exchange(emulator, url.searchParams.get("code") ?? "");
  return { ...tokensOf(answer), scope: answer.body["scope"] };
}

/** Mira clicks, and is bounced a hundred days later. */
async function clickedThenBounced(options: EmulatorOptions): Promise<{ readonly emulator: Emulator; readonly clicked: Tokens; readonly bounced: Tokens }> {
  const emulator = await emulate(options);
  const clicked = await login(emulator);
  emulator.advance(100 * day);
  return { emulator, clicked, bounced: await bounce(emulator) };
}

test("by default a silent bounce brings another refresh token and another six months, and the earlier token keeps its deadline", async () => {
  const { emulator, clicked, bounced } = await clickedThenBounced({});
  expect(bounced.refresh).not.toBe(clicked.refresh);
  expect(emulator.history.map(({ authorizedAt }) => authorizedAt)).toEqual([emulator.now() - 100 * day, emulator.now()]);
  emulator.advance(90 * day);
  expect([(await refresh(emulator, clicked.refresh)).status, (await refresh(emulator, bounced.refresh)).status]).toEqual([400, 200]);
});

test("keeps: a silent bounce brings the same refresh token with its old deadline, and a new access token", async () => {
  const { emulator, clicked, bounced } = await clickedThenBounced({ consentRenewal: "keeps" });
  expect([bounced.refresh === clicked.refresh, bounced.access === clicked.access]).toEqual([true, false]);
  expect((await api(emulator, "/v1/me", bounced.access)).status).toBe(200);
  const [grant, another] = emulator.history;
  expect(another).toBeUndefined();
  expect(grant?.expiresAt).toBe(sixMonthsAfter(emulator.now() - 100 * day));
  expect(grant?.events.map(({ kind }) => kind)).toEqual(["authorized", "exchanged", "bounced"]);
  emulator.advance(90 * day);
  expect((await refresh(emulator, bounced.refresh)).body["error_description"]).toBe("Refresh token expired");
});

test("keeps: after rotation the newest refresh token is given again, and it works", async () => {
  const emulator = await emulate({ consentRenewal: "keeps", refresh: "family" });
  const { refresh: first } = await login(emulator);
  const second = String((await refresh(emulator, first)).body["refresh_token"]);
  expect((await bounce(emulator)).refresh).toBe(second);
  expect((await refresh(emulator, second)).status).toBe(200);
});

test("keeps: a token that was delivered stays so when its second delivery is lost", async () => {
  const emulator = await emulate({ consentRenewal: "keeps" });
  await login(emulator);
  emulator.fault({ on: "token", kind: "answer-lost", times: 1 });
  await expect(bounce(emulator)).rejects.toThrow("fetch failed");
  expect(emulator.history[0]?.refreshTokens[0]?.delivery).toBe("sent");
});

test("keeps: a click restarts the six months, and so does show_dialog", async () => {
  const emulator = await emulate({ consentRenewal: "keeps" });
  const first = await login(emulator);
  emulator.advance(day);
  const clicked = await login(emulator);
  emulator.advance(day);
  const withDialog = tokensOf(await exchange(emulator, await obtainCode(emulator, "mira", { show_dialog: "true" })));
  expect(new Set([first.refresh, clicked.refresh, withDialog.refresh]).size).toBe(3);
  expect(emulator.history.map(({ authorizedAt }) => emulator.now() - authorizedAt)).toEqual([2 * day, day, 0]);
  expect((await bounce(emulator)).refresh).toBe(withDialog.refresh);
});

test.each<readonly [string, (emulator: Emulator) => void]>([
  ["expired", (emulator) => emulator.advance(190 * day)],
  ["ended with the password", (emulator) => emulator.resetPassword("mira")],
])("keeps: a grant that has %s is not kept, so the bounce starts another", async (_what, end) => {
  const emulator = await emulate({ consentRenewal: "keeps" });
  const { refresh: dead } = await login(emulator);
  end(emulator);
  const { refresh: living } = await bounce(emulator);
  expect(living).not.toBe(dead);
  expect((await refresh(emulator, living)).status).toBe(200);
});

test("keeps: a grant that ends between the bounce and the exchange of its code is not kept", async () => {
  const emulator = await emulate({ consentRenewal: "keeps" });
  await login(emulator);
  const url = await emulator.approve(authorizeUrl(emulator), { user: "mira", silently: true });
  emulator.resetPassword("mira");
  const tokens = tokensOf(await exchange(emulator, url.searchParams.get("code") ?? ""));
  expect((await refresh(emulator, tokens.refresh)).status).toBe(200);
});

test("keeps: the grant of another user is never given, nor one that lacks a scope; a wider one is, with its scopes", async () => {
  const emulator = await emulate({ consentRenewal: "keeps" });
  const teo = await login(emulator, "teo");
  const mira = await login(emulator, "mira", "user-read-email user-top-read");
  const narrow = await bounce(emulator, "user-top-read");
  expect([narrow.refresh === mira.refresh, narrow.scope]).toEqual([true, "user-top-read user-read-email"]);
  expect((await bounce(emulator, "user-read-email", "teo")).refresh).toBe(teo.refresh);
  const tops = await login(emulator, "teo", "user-top-read");
  expect((await bounce(emulator, "user-read-email", "teo")).refresh).toBe(teo.refresh);
  expect((await bounce(emulator, "user-top-read", "teo")).refresh).toBe(tops.refresh);
});

test("keeps: where the newest grant has ended, the one before it is given", async () => {
  const emulator = await emulate({ consentRenewal: "keeps", revocation: true });
  const older = await login(emulator);
  const newer = await login(emulator);
  await fetch(`${emulator.origin}/oauth2/revoke/v1`, {
    method: "POST",
    body: new URLSearchParams({ token: newer.refresh }),
    headers: { authorization: basic },
  });
  expect((await bounce(emulator)).refresh).toBe(older.refresh);
});

test("keeps: another app never gets the refresh token of this one", async () => {
  const other = { clientId: "other-app", clientSecret: "other", redirectUris: ["http://127.0.0.1/callback"] };
  const emulator = await emulate({ consentRenewal: "keeps", clients: [secretApp, other] });
  const asOther = `Basic ${Buffer.from("other-app:other").toString("base64")}`;
  await emulator.approve(authorizeUrl(emulator, { client_id: "other-app" }), { user: "mira" });
  const mine = await login(emulator);
  const url = await emulator.approve(authorizeUrl(emulator, { client_id: "other-app" }), { user: "mira", silently: true });
  const form = { grant_type: "authorization_code", code: url.searchParams.get("code") ?? "", redirect_uri: redirectUri };
  expect(tokensOf(await postToken(emulator, form, asOther)).refresh).not.toBe(mine.refresh);
});

test("autoConsent approves once and bounces from then on, unless show_dialog is set", async () => {
  const emulator = await emulate({ autoConsent: "mira", consentRenewal: "keeps" });
  const tokens: string[] = [];
  for (const show_dialog of [undefined, "false", "true"]) {
    const response = await fetch(authorizeUrl(emulator, { show_dialog }), { redirect: "manual" });
    const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
    tokens.push(tokensOf(await exchange(emulator, code)).refresh);
  }
  expect([tokens[0] === tokens[1], tokens[1] === tokens[2]]).toEqual([true, false]);
  expect(emulator.authorizations.map(({ silent }) => silent)).toEqual([false, true, false]);
});

test("who has approved nothing, or is to see the dialog, cannot be bounced silently", async () => {
  const emulator = await emulate();
  await expect(emulator.approve(authorizeUrl(emulator), { user: "mira", silently: true })).rejects.toThrow("/authorize asks the user");
  await login(emulator);
  const dialog = authorizeUrl(emulator, { show_dialog: "true" });
  await expect(emulator.approve(dialog, { user: "mira", silently: true })).rejects.toThrow("/authorize asks the user");
  await expect(emulator.approve(authorizeUrl(emulator), { user: "teo", silently: true })).rejects.toThrow("/authorize asks the user");
  await expect(emulator.approve(authorizeUrl(emulator), { user: "nobody", silently: true })).rejects.toThrow("/authorize answered 400");
  expect(emulator.authorizations).toHaveLength(1);
});

test.each([{ deny: true }, { scopes: [] }])("a silent approval with %j is a mistake", async (clicks) => {
  const emulator = await emulate();
  await login(emulator);
  await expect(emulator.approve(authorizeUrl(emulator), { user: "mira", silently: true, ...clicks })).rejects.toThrow(TypeError);
});

test("authorizations tell when consent began, how often, with a click or without, and which grant came of it", async () => {
  const { emulator } = await clickedThenBounced({});
  await login(emulator, "teo");
  await obtainCode(emulator, "teo");
  await emulator.approve(authorizeUrl(emulator), { user: "anouk", deny: true });
  const now = emulator.now();
  const common = { clientId: "secret-app", asked: ["user-read-email"], granted: ["user-read-email"] };
  const expected = [
    { ...common, at: now - 100 * day, user: "mira", silent: false, grant: "grant-1" },
    { ...common, at: now, user: "mira", silent: true, grant: "grant-2" },
    { ...common, at: now, user: "teo", silent: false, grant: "grant-3" },
    { ...common, at: now, user: "teo", silent: false, grant: null },
  ];
  expect(emulator.authorizations).toEqual(expected);
  const state = (await (await fetch(`${emulator.origin}/_emulator/state`)).json()) as Record<string, unknown>;
  expect([state["authorizations"], state["consentRenewal"], state["revocation"]]).toEqual([expected, "restarts", false]);
  const decided = (what: string): number => emulator.log.filter((entry) => entry.user === "mira" && entry.what === what).length;
  expect([decided("approved"), decided("bounced")]).toEqual([1, 1]);
  expect(emulator.log.filter(({ what }) => what === "authorized").map(({ grant }) => grant)).toEqual(["grant-1", "grant-2", "grant-3"]);
  emulator.reset();
  expect(emulator.authorizations).toEqual([]);
});

test("an unknown renewal is refused at the start", async () => {
  await expect(startEmulator({ consentRenewal: "sometimes" as never })).rejects.toThrow("consentRenewal must be one of restarts, keeps.");
});
