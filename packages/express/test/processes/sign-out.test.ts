import { createSpotifyAuth, type SpotifyAuth } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser, script } from "client-kit/browser";
import { type Fleet, nameOf, secret, startFleet, type Visitor } from "./fleet.js";
import { get } from "./get.js";

let fleet: Fleet;
/** The operator's own process, on the same file. */
let operator: SpotifyAuth;
let users = 0;

beforeAll(async () => {
  fleet = await startFleet({ processes: 2, users: 6 });
  operator = createSpotifyAuth({
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: `${fleet.origin}/auth/spotify/callback`,
    secret,
    emulatorUrl: fleet.emulator.origin,
    store: sqliteStore(fleet.database),
  });
}, 60_000);
afterAll(async () => {
  await operator.close();
  await fleet.close();
});

/** What each process answers to the visitor's old cookie. */
async function replay({ cookie }: Visitor): Promise<readonly number[]> {
  return Promise.all(fleet.running.map(async ({ port }) => (await get(`http://127.0.0.1:${port}/me`, { ...script, cookie })).status));
}

async function post(route: string, { cookie }: Visitor): Promise<void> {
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  expect(await createBrowser(fleet.origin).fetch(`/auth/spotify/${route}`, { method: "POST", headers })).toMatchObject({ status: 204 });
}

async function sessionOf(visitor: Visitor): Promise<NonNullable<Awaited<ReturnType<SpotifyAuth["session"]>>>> {
  const session = await operator.session({ cookie: visitor.cookie });
  if (session === null) throw new Error("Nobody is signed in.");
  return session;
}

describe("V-008 of a user's two sessions on one SQLite file", () => {
  it.each<[string, (gone: Visitor, other: Visitor, subject: string) => Promise<unknown>, number]>([
    ["one logs out", (gone) => post("logout", gone), 200],
    ["one disconnects", (gone) => post("disconnect", gone), 401],
    ["the operator ends one", async (gone, _other, subject) => operator.signOut(subject, { only: (await sessionOf(gone)).id ?? "" }), 200],
    ["the operator ends all but one", async (_gone, other, subject) => operator.signOut(subject, { keep: await sessionOf(other) }), 200],
    ["the operator ends all", (_gone, _other, subject) => operator.signOut(subject), 401],
    ["the operator disconnects the user", (_gone, _other, subject) => operator.disconnect(subject), 401],
  ])("%s: at once in every process, and still when all were restarted", { timeout: 60_000 }, async (_, end, others) => {
    const number = users++;
    const [gone, other] = [await fleet.signIn(nameOf(number)), await fleet.signIn(nameOf(number))];
    expect([...(await replay(gone)), ...(await replay(other))]).toEqual([200, 200, 200, 200]);
    await end(gone, other, `account-${number}`);
    expect([...(await replay(gone)), ...(await replay(other))]).toEqual([401, 401, others, others]);

    const before = [...fleet.running];
    for (const process of before) process.signal("SIGKILL");
    await Promise.all(before.map(({ ended }) => ended));
    await Promise.all(before.map(() => fleet.start()));
    expect([...(await replay(gone)), ...(await replay(other))]).toEqual([401, 401, others, others]);
  });
});
