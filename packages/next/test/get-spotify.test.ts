import { TemporarilyUnavailable } from "@refrain/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { origin } from "./support/stage.js";
import { ownOptions, unit, user } from "./support/unit.js";
import { createSpotify } from "../src/create-spotify.js";

let visitor: Headers | null;
vi.mock(import("next/headers.js"), async (original) => ({
  ...(await original()),
  headers: (async () => {
    if (visitor === null) throw new Error("outside of a request");
    return visitor;
  }) as never,
}));

const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
const warnings = (): unknown[] => warn.mock.calls.filter(([line]) => String(line).includes("getSpotify"));
const signIn = (page: string): string => `${origin}/auth/spotify/login?returnTo=${encodeURIComponent(page)}`;

beforeEach(() => {
  visitor = new Headers();
  warn.mockClear();
});
afterEach(() => vi.unstubAllEnvs());

/** Where a page was sent by Next's `redirect()`. */
async function sentTo(page: Promise<unknown>): Promise<string | undefined> {
  const { digest } = await page.then(
    () => ({ digest: "" }),
    (error: { digest: string }) => error,
  );
  return /^NEXT_REDIRECT;[^;]*;(.*);\d+;$/.exec(digest)?.[1];
}

test("a page comes back to where it says, else to where the proxy says it is, else to / with one warning for developers", async () => {
  const { spotify } = await unit();
  expect(await sentTo(spotify.getSpotify({ required: true, returnTo: "/there?x=1" }))).toBe(signIn("/there?x=1"));
  visitor = new Headers({ "x-refrain-page": "/here?tab=2" });
  expect(await sentTo(spotify.getSpotify({ required: true }))).toBe(signIn("/here?tab=2"));
  expect(warnings()).toHaveLength(0);
  visitor = new Headers();
  for (let time = 0; time < 2; time++) expect(await sentTo(spotify.getSpotify({ required: true }))).toBe(signIn("/"));
  expect(warnings()).toHaveLength(1);
});

test("in production nobody is warned", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const { spotify } = await unit();
  expect(await sentTo(spotify.getSpotify({ required: true }))).toBe(signIn("/"));
  expect(warnings()).toHaveLength(0);
});

test("a forged page header leads to no other origin and not in a circle", async () => {
  const { spotify } = await unit();
  for (const page of ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/auth/spotify/login", "javascript:alert(1)"]) {
    visitor = new Headers({ "x-refrain-page": page });
    expect(await sentTo(spotify.getSpotify({ required: true }))).toMatch(/login\?returnTo=%2F(?:javascript%3Aalert%281%29)?$/);
  }
});

test("an action is told whom it serves, or where to send them, and is not redirected", async () => {
  const { spotify, cookie } = await unit();
  const need = { required: true, inAction: true, returnTo: "/action" } as const;
  expect(await spotify.getSpotify(need)).toEqual({ spotify: null, signInUrl: signIn("/action") });
  visitor = new Headers({ cookie });
  const { spotify: session, signInUrl } = await spotify.getSpotify(need);
  expect([session?.user.id, signInUrl]).toEqual([user, null]);
  const more = await spotify.getSpotify({ ...need, scopes: ["user-read-email"] });
  expect(more).toEqual({ spotify: null, signInUrl: `${signIn("/action")}&scope=user-read-email` });
});

test("a need that says it is in no action guards as one that says nothing: nobody passes for somebody", async () => {
  const { spotify, cookie } = await unit();
  const need = { required: true, inAction: false, returnTo: "/there" } as const;
  expect(await sentTo(spotify.getSpotify(need))).toBe(signIn("/there"));
  visitor = new Headers({ cookie });
  expect((await spotify.getSpotify(need)).user.id).toBe(user);
});

test("a store that is down sends nobody away", async () => {
  const { spotify, cookie, breakStore } = await unit();
  visitor = new Headers({ cookie });
  expect((await spotify.getSpotify())?.user.id).toBe(user);
  breakStore();
  await expect(spotify.getSpotify()).rejects.toThrow(TemporarilyUnavailable);
  await expect(spotify.getSpotify({ required: true })).rejects.toThrow(TemporarilyUnavailable);
  await expect(spotify.getSpotify({ required: true, inAction: true })).rejects.toThrow(TemporarilyUnavailable);
});

test("a need that is misspelt lets nobody through", async () => {
  const { spotify, cookie } = await unit();
  visitor = new Headers({ cookie });
  await expect(spotify.getSpotify({ require: true } as never)).rejects.toThrow('knows no option "require"');
  await expect(spotify.getSpotify({ required: true, scopes: ["user-read-mail" as never] })).rejects.toThrow("user-read-mail");
});

test("the request is looked at first, so that a build without variables ends there", async () => {
  visitor = null;
  await expect(createSpotify(ownOptions({ clientId: "" })).getSpotify()).rejects.toThrow("outside of a request");
});
