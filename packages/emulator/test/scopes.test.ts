import { expect, test } from "vitest";
import type { Emulator } from "../src/index.js";
import { api, authorizeUrl, emulate, exchange, login, obtainCode, publicApp, refresh, type TokenAnswer } from "./app.js";

const listening = "user-read-currently-playing";
const all = `${listening} user-top-read`;

async function statuses(emulator: Emulator, access: string): Promise<readonly number[]> {
  const responses = await Promise.all(["/v1/me/player/currently-playing", "/v1/me/top/tracks"].map(async (path) => await api(emulator, path, access)));
  return responses.map(({ status }) => status);
}

async function grantingOnly(emulator: Emulator, scopes: readonly string[]): Promise<TokenAnswer> {
  const url = await emulator.approve(authorizeUrl(emulator, { scope: all }), { user: "mira", scopes });
  return await exchange(emulator, url.searchParams.get("code") ?? "");
}

test("a partial grant is what the answers say and what the Web API allows, also after a refresh", async () => {
  const emulator = await emulate();
  const { body } = await grantingOnly(emulator, ["user-top-read"]);
  expect([body["scope"], await statuses(emulator, String(body["access_token"]))]).toEqual(["user-top-read", [401, 200]]);
  const renewed = (await refresh(emulator, String(body["refresh_token"]))).body;
  expect([renewed["scope"], await statuses(emulator, String(renewed["access_token"]))]).toEqual(["user-top-read", [401, 200]]);
  expect(emulator.authorizations).toMatchObject([{ asked: all.split(" "), granted: ["user-top-read"] }]);
});

test("nobody can grant more than was asked, and all can be declined", async () => {
  const emulator = await emulate();
  expect((await grantingOnly(emulator, ["streaming", "user-top-read"])).body["scope"]).toBe("user-top-read");
  expect((await grantingOnly(emulator, [])).body["scope"]).toBe("");
});

test.each<readonly [string, string, unknown]>([
  ["an empty scope", "token-empty-scope", ""],
  ["no scope", "token-no-scope", undefined],
])("the live page has a button for an answer with %s", async (_what, preset, scope) => {
  const emulator = await emulate();
  const { refresh: token } = await login(emulator);
  await fetch(`${emulator.origin}/_emulator/faults`, { method: "POST", body: new URLSearchParams({ preset, times: "once" }) });
  expect((await refresh(emulator, token)).body["scope"]).toBe(scope);
  expect((await refresh(emulator, token)).body["scope"]).toBe("user-read-email");
});

test("scopes that are withdrawn are gone at once: from access tokens, from the next refresh, from the history", async () => {
  const emulator = await emulate();
  const tokens = await login(emulator, "mira", all);
  emulator.withdrawScopes("mira", [listening]);
  const refused = await api(emulator, "/v1/me/player/currently-playing", tokens.access);
  expect([refused.status, await refused.json()]).toEqual([401, { error: { status: 401, message: "Permissions missing" } }]);
  expect(await statuses(emulator, tokens.access)).toEqual([401, 200]);
  const { body } = await refresh(emulator, tokens.refresh);
  expect([body["scope"], await statuses(emulator, String(body["access_token"]))]).toEqual(["user-top-read", [401, 200]]);
  emulator.withdrawScopes("mira", ["user-top-read"]);
  const top = await api(emulator, "/v1/me/top/tracks", String(body["access_token"]));
  expect([top.status, await top.json()]).toEqual([403, { error: { status: 403, message: "Insufficient client scope" } }]);
  expect((await refresh(emulator, tokens.refresh)).body["scope"]).toBe("");
  expect(emulator.history[0]?.scopes).toEqual([]);
  expect(emulator.history[0]?.events.filter(({ kind }) => kind === "withdrawn").map(({ why }) => why)).toEqual([
    "The user took back user-read-currently-playing.",
    "The user took back user-top-read.",
  ]);
});

test("not at once: access tokens that were issued before keep theirs, those that come after do not have them", async () => {
  const emulator = await emulate();
  const tokens = await login(emulator, "mira", all);
  emulator.withdrawScopes("mira", [listening], { atOnce: false });
  expect(await statuses(emulator, tokens.access)).toEqual([200, 200]);
  const { body } = await refresh(emulator, tokens.refresh);
  expect([body["scope"], await statuses(emulator, String(body["access_token"]))]).toEqual(["user-top-read", [401, 200]]);
});

test("other users, other apps and scopes that were not withdrawn are left alone", async () => {
  const emulator = await emulate();
  const [mira, teo] = [await login(emulator, "mira", all), await login(emulator, "teo", all)];
  emulator.withdrawScopes("mira", [listening], { clientId: publicApp.clientId });
  emulator.withdrawScopes("mira", ["streaming"]);
  expect((await emulator.approve(authorizeUrl(emulator, { scope: all }), { user: "mira", silently: true })).searchParams.has("code")).toBe(true);
  expect([await statuses(emulator, mira.access), (await refresh(emulator, mira.refresh)).body["scope"]]).toEqual([
    [200, 200],
    "user-top-read user-read-currently-playing",
  ]);
  emulator.withdrawScopes("mira", [listening]);
  expect([await statuses(emulator, teo.access), (await refresh(emulator, teo.refresh)).body["scope"]]).toEqual([
    [200, 200],
    "user-top-read user-read-currently-playing",
  ]);
  expect(emulator.history.map(({ events }) => events.filter(({ kind }) => kind === "withdrawn").length)).toEqual([1, 0]);
  const bounced = await emulator.approve(authorizeUrl(emulator, { scope: all }), { user: "teo", silently: true });
  expect(bounced.searchParams.has("code")).toBe(true);
});

test("a grant that has ended loses nothing any more", async () => {
  const emulator = await emulate();
  await login(emulator, "mira", all);
  emulator.revoke("mira");
  emulator.withdrawScopes("mira", [listening]);
  expect(emulator.history[0]?.scopes).toEqual(all.split(" "));
});

test("who took a scope back is asked again by logins that want it, and only by those", async () => {
  const emulator = await emulate();
  const asking = authorizeUrl(emulator, { scope: all });
  await obtainCode(emulator, "mira", { scope: all });
  emulator.withdrawScopes("mira", [listening]);
  await expect(emulator.approve(asking, { user: "mira", silently: true })).rejects.toThrow("/authorize asks the user");
  const bounced = await emulator.approve(authorizeUrl(emulator, { scope: "user-top-read" }), { user: "mira", silently: true });
  expect(bounced.searchParams.get("code")).toMatch(/^AQ/);
});

test.each<readonly [string, string, readonly string[], string | undefined]>([
  ["nobody", "nobody", [listening], undefined],
  ["an unknown app", "mira", [listening], "nobody"],
  ["an unknown scope", "mira", ["user-read-mind"], undefined],
  ["no scope", "mira", [], undefined],
])("%s cannot have scopes withdrawn", async (_what, user, scopes, clientId) => {
  const emulator = await emulate();
  expect(() => emulator.withdrawScopes(user, scopes, clientId === undefined ? {} : { clientId })).toThrow(TypeError);
});

test("programs and the live page's form withdraw scopes too, and get a sentence when something makes no sense", async () => {
  const emulator = await emulate();
  await login(emulator, "mira", all);
  const post = async (body: string | URLSearchParams): Promise<number> =>
    (await fetch(`${emulator.origin}/_emulator/withdraw-scopes`, { method: "POST", body, redirect: "manual" })).status;
  expect(await post(JSON.stringify({ user: "mira", scopes: [listening], atOnce: false, clientId: "secret-app" }))).toBe(200);
  expect(emulator.history[0]?.scopes).toEqual(["user-top-read"]);
  expect(await post(new URLSearchParams({ user: "mira", scope: "user-top-read" }))).toBe(303);
  expect(emulator.history[0]?.scopes).toEqual([]);
  const wrong = [{ user: "mira" }, { scopes: [listening] }, { user: "mira", scopes: [listening], atOnce: "later" }];
  expect(await Promise.all(wrong.map(async (fields) => await post(JSON.stringify(fields))))).toEqual([400, 400, 400]);
});
