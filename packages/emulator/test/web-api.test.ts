import { describe, expect, test } from "vitest";
import { operations, scopes, type Operation } from "../src/index.js";
import { sixMonthsAfter } from "../src/clock.js";
import { api, emulate, login, secretApp } from "./app.js";

const everything = Object.keys(scopes).join(" ");
const trackId = "0VjIjW4GlUZAMYd2vXMi3b";
const json = { "content-type": "application/json" };

function methodOf(operation: Operation): string {
  return operation.operation.split(" ")[0] ?? "";
}

/** A request for an operation, with `playlist` for its playlist. */
function requestFor(operation: Operation, playlist: string): { readonly path: string; readonly init: RequestInit } {
  const method = methodOf(operation);
  const template = operation.operation.split(" ")[1] ?? "";
  const values: Readonly<Record<string, string>> = { "{playlist_id}": playlist, "{user_id}": "mira", "{type}": "tracks", "{category_id}": "invented" };
  const path = template.replaceAll(/\{\w+\}/g, (name) => values[name] ?? trackId);
  const query = template === "/v1/search" ? "?q=rain&type=track" : operation.by === "uri-type" ? `?uris=spotify:track:${trackId}` : `?ids=${trackId}`;
  return { path: `${path}${query}`, init: { method, ...(method === "POST" ? { body: JSON.stringify({ name: "New", public: true }), headers: json } : {}) } };
}

async function publicPlaylist(emulator: Awaited<ReturnType<typeof emulate>>, access: string): Promise<string> {
  const { items } = (await (await api(emulator, "/v1/me/playlists", access)).json()) as { items: { id: string; public: boolean }[] };
  return items.find((item) => item.public)?.id ?? "";
}

test("there are 96 operations over 19 scopes", () => {
  expect([operations.length, new Set(operations.map(({ operation }) => operation)).size, Object.keys(scopes).length]).toEqual([96, 96, 19]);
  expect(operations.filter(({ deprecated }) => deprecated)).toHaveLength(48);
});

describe("every operation", () => {
  test.each(operations.map((operation) => [operation.operation, operation] as const))(
    "%s answers a token with every scope, and none without a token",
    async (_name, operation) => {
      const emulator = await emulate();
      const { access } = await login(emulator, "mira", everything);
      const { path, init } = requestFor(operation, await publicPlaylist(emulator, access));
      const response = await api(emulator, path, access, init);
      expect([200, 201, 204]).toContain(response.status);
      const body = await response.text();
      if (response.status !== 204 && methodOf(operation) === "GET") expect(JSON.parse(body)).toBeTypeOf("object");
      expect((await api(emulator, path, null, init)).status).toBe(401);
    },
  );
});

const guarded = operations.flatMap((operation) => (operation.all ?? []).map((scope) => [operation.operation, scope, operation] as const));

test.each(guarded)("%s without %s is refused", async (_name, scope, operation) => {
  const emulator = await emulate();
  const full = await login(emulator, "mira", everything);
  const { access } = await login(emulator, "mira", everything.replace(scope, "").replaceAll(/ +/g, " ").trim());
  const { path, init } = requestFor(operation, await publicPlaylist(emulator, full.access));
  const response = await api(emulator, path, access, init);
  const player = path.startsWith("/v1/me/player");
  expect([response.status, await response.json()]).toEqual([
    player ? 401 : 403,
    { error: { status: player ? 401 : 403, message: player ? "Permissions missing" : "Insufficient client scope" } },
  ]);
});

test.each([
  ["user-read-currently-playing", 200],
  ["user-read-playback-state", 200],
  ["user-read-email", 401],
])("what is playing can be seen with %s: %i", async (scope, status) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", scope);
  expect((await api(emulator, "/v1/me/player/currently-playing", access)).status).toBe(status);
});

test.each([
  ["PUT", "track", "user-library-modify", 200],
  ["PUT", "artist", "user-follow-modify", 200],
  ["PUT", "playlist", "playlist-modify-public", 200],
  ["PUT", "artist", "user-library-modify", 403],
  ["DELETE", "playlist", "user-library-modify", 403],
])("%s /v1/me/library with a URI of kind %s and %s: %i", async (method, kind, scope, status) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", scope);
  expect((await api(emulator, `/v1/me/library?uris=spotify:${kind}:${trackId}`, access, { method })).status).toBe(status);
});

test.each([
  ["a public playlist", { name: "A", public: true }, "playlist-modify-public", 201],
  ["a playlist that does not say", { name: "A" }, "playlist-modify-public", 201],
  ["a private playlist", { name: "A", public: false }, "playlist-modify-private", 201],
  ["a private playlist", { name: "A", public: false }, "playlist-modify-public", 403],
  ["a playlist that does not say", { name: "A" }, "playlist-modify-private", 403],
  ["a playlist without a name", {}, "playlist-modify-public", 400],
])("%s %j is created with %s: %i", async (_what, body, scope, status) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", `${scope} playlist-read-private`);
  const response = await api(emulator, "/v1/me/playlists", access, { method: "POST", body: JSON.stringify(body), headers: json });
  expect(response.status).toBe(status);
  const { items } = (await (await api(emulator, "/v1/me/playlists", access)).json()) as { items: { name: string }[] };
  expect(items.some(({ name }) => name === "A")).toBe(status === 201);
});

test("a private playlist is read only with the scope for it, a public one by anybody", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", "playlist-read-private");
  const { items } = (await (await api(emulator, "/v1/me/playlists", access)).json()) as { items: { id: string; public: boolean }[] };
  const bare = await login(emulator, "teo", "user-read-email");
  const statuses = await Promise.all(items.map(async (item) => [item.public, (await api(emulator, `/v1/playlists/${item.id}`, bare.access)).status]));
  expect(new Set(statuses.map(String))).toEqual(new Set(["true,200", "false,403"]));
});

test.each([
  ["nothing", {}, 401, "Missing/invalid/expired access token", 'Bearer realm="spotify"'],
  ["Bearer undefined", { authorization: "Bearer undefined" }, 400, "Only valid bearer authentication supported", null],
  ["an empty bearer", { authorization: "Bearer " }, 400, "Only valid bearer authentication supported", null],
  ["Basic", { authorization: "Basic abc" }, 400, "Only valid bearer authentication supported", null],
  [
    "a token nobody issued",
    { authorization: `Bearer BQ${"x".repeat(80)}` },
    401,
    "Missing/invalid/expired access token",
    'Bearer realm="spotify", error="invalid_token", error_description="Missing/invalid/expired access token"',
  ],
])("a request with %s is refused", async (_what, headers, status, message, challenge) => {
  const emulator = await emulate();
  const response = await fetch(`${emulator.origin}/v1/me`, { headers: headers as Record<string, string> });
  expect([response.status, await response.json(), response.headers.get("www-authenticate")]).toEqual([status, { error: { status, message } }, challenge]);
});

test("S-030 an access token in the query counts for nothing", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator);
  expect((await fetch(`${emulator.origin}/v1/me?access_token=${access}`)).status).toBe(401);
});

test("the texts of before July 2026 tell missing, unknown and expired apart", async () => {
  const emulator = await emulate({ unauthorizedTexts: "before-2026" });
  const { access } = await login(emulator);
  emulator.advance(3_600_000);
  const messages = await Promise.all(
    [null, `BQ${"x".repeat(80)}`, access].map(
      async (token) => ((await (await api(emulator, "/v1/me", token)).json()) as { error: { message: string } }).error.message,
    ),
  );
  expect(messages).toEqual(["No token provided", "Invalid access token", "The access token expired"]);
});

test("an access token lives exactly as long as it is set to", async () => {
  const emulator = await emulate({ accessTokenLifetimeMs: 4000 });
  const { access } = await login(emulator);
  emulator.advance(3999);
  expect((await api(emulator, "/v1/me", access)).status).toBe(200);
  emulator.advance(1);
  expect((await api(emulator, "/v1/me", access)).status).toBe(401);
});

test.each([
  ["GET", "/v1/nothing", 404],
  ["GET", "/v1/me/", 404],
  ["GET", "/v1//me", 404],
  ["GET", "/v1/me/nothing", 404],
  ["PATCH", "/v1/me", 405],
  ["DELETE", "/v1/me/player", 405],
  ["GET", "/v1/tracks/short", 400],
  ["GET", `/v1/playlists/${trackId}`, 404],
  ["GET", "/v1/me/top/albums", 400],
  ["GET", "/v1/search", 400],
])("%s %s: %i", async (method, path, status) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", everything);
  expect((await api(emulator, path, access, { method })).status).toBe(status);
});

test("player commands need a listener with Premium", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator, "teo", everything);
  const response = await api(emulator, "/v1/me/player/pause", access, { method: "PUT" });
  expect([response.status, await response.json()]).toEqual([
    403,
    { error: { status: 403, message: "Player command failed: Premium required", reason: "PREMIUM_REQUIRED" } },
  ]);
});

async function keysOfMe(quota: "development" | "extended", scope: string): Promise<readonly string[]> {
  const emulator = await emulate({ clients: [{ ...secretApp, quota }] });
  const { access } = await login(emulator, "mira", scope);
  return Object.keys((await (await api(emulator, "/v1/me", access)).json()) as object);
}

test("/v1/me: scopes unlock fields, development mode takes them away, account_id is always there", async () => {
  const always = ["id", "display_name", "type", "uri", "href", "external_urls", "images", "account_id"];
  expect(await keysOfMe("extended", "streaming")).toEqual([...always, "followers"]);
  expect(await keysOfMe("extended", "user-read-private user-read-email")).toEqual([...always, "country", "product", "explicit_content", "email", "followers"]);
  expect(await keysOfMe("development", "user-read-private user-read-email")).toEqual(always);
});

test("development mode has lost 47 operations and searches for ten at most", async () => {
  const emulator = await emulate({ clients: [{ ...secretApp, quota: "development" }] });
  const { access } = await login(emulator, "mira", everything);
  expect(operations.filter(({ withheldSince }) => withheldSince !== undefined)).toHaveLength(47);
  const statuses = await Promise.all(
    ["/v1/markets", "/v1/recommendations", "/v1/search?q=a&type=track&limit=11", "/v1/search?q=a&type=track&limit=10"].map(
      async (path) => (await api(emulator, path, access)).status,
    ),
  );
  expect(statuses).toEqual([403, 403, 400, 200]);
});

test("a user who is not on the app's list can consent and gets tokens, but plain text from the Web API", async () => {
  const emulator = await emulate({ clients: [{ ...secretApp, allowlist: ["mira"] }] });
  const { access } = await login(emulator, "teo");
  const response = await api(emulator, "/v1/me", access);
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
    403,
    "text/plain; charset=utf-8",
    expect.stringContaining("may not be registered"),
  ]);
  expect((await api(emulator, "/v1/me", (await login(emulator, "mira")).access)).status).toBe(200);
});

test("without the owner's Premium the app stops for everybody, in plain text", async () => {
  const emulator = await emulate({ clients: [{ ...secretApp, ownerHasPremium: false }] });
  const response = await api(emulator, "/v1/me", (await login(emulator)).access);
  expect([response.status, await response.text()]).toEqual([403, expect.stringMatching(/^Active premium subscription required for the owner of the app/)]);
});

test("the track that plays moves on with the clock; 204 when nothing plays", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", everything);
  const now = async (): Promise<{ progress_ms: number; item: { name: string; duration_ms: number } }> =>
    JSON.parse(await (await api(emulator, "/v1/me/player/currently-playing", access)).text()) as never;
  const before = await now();
  const left = before.item.duration_ms - before.progress_ms;
  emulator.advance(left - 1);
  expect(await now()).toMatchObject({ item: { name: before.item.name }, progress_ms: before.item.duration_ms - 1 });
  emulator.advance(1);
  expect((await now()).progress_ms).toBe(0);
  const silent = await login(emulator, "anouk", everything);
  expect((await api(emulator, "/v1/me/player", silent.access)).status).toBe(204);
});

test.each([
  ["/v1/me/top/tracks?limit=0", 400],
  ["/v1/me/top/tracks?limit=51", 400],
  ["/v1/me/top/tracks?limit=ten", 400],
  ["/v1/me/top/tracks?limit=", 400],
  ["/v1/me/top/tracks?limit=1", 200],
  ["/v1/me/player/recently-played?limit=50", 200],
  ["/v1/playlists/{playlist}/tracks?limit=100", 200],
  ["/v1/playlists/{playlist}/tracks?limit=101", 400],
])("%s is answered %s", async (path, status) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", everything);
  const response = await api(emulator, path.replace("{playlist}", await publicPlaylist(emulator, access)), access);
  expect(response.status).toBe(status);
  if (status === 400) expect(await response.json()).toEqual({ error: { status: 400, message: "Invalid limit" } });
});

test.each([
  ["POST", "items"],
  ["PUT", "items"],
  ["DELETE", "items"],
  ["POST", "tracks"],
  ["PUT", "tracks"],
  ["DELETE", "tracks"],
  ["PUT", "images"],
])("%s …/%s of a playlist is for its owner, and for others if it is collaborative", async (method, what) => {
  const emulator = await emulate();
  const [mira, teo] = [await login(emulator, "mira", everything), await login(emulator, "teo", everything)];
  const { items } = (await (await api(emulator, "/v1/me/playlists", mira.access)).json()) as { items: { id: string; collaborative: boolean }[] };
  const statuses = async (access: string, collaborative: boolean): Promise<number> =>
    (await api(emulator, `/v1/playlists/${items.find((item) => item.collaborative === collaborative)?.id}/${what}`, access, { method })).status;
  const done = what === "images" ? 200 : method === "POST" ? 201 : 200;
  expect([await statuses(mira.access, false), await statuses(teo.access, false)]).toEqual([done, 403]);
  expect(await statuses(teo.access, true)).toBe(what === "images" ? 403 : done);
});

test("a search finds what it was asked for, and refuses what there is not", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", everything);
  const types = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];
  const found = (await (await api(emulator, `/v1/search?q=rain&type=${types.join(",")}`, access)).json()) as Record<string, { items: { type: string }[] }>;
  expect(Object.entries(found).map(([name, { items }]) => [name, [...new Set(items.map(({ type }) => type))]])).toEqual(
    types.map((type) => [`${type}s`, [type]]),
  );
  const refused = await api(emulator, "/v1/search?q=rain&type=track,tracks", access);
  expect([refused.status, await refused.json()]).toEqual([400, { error: { status: 400, message: "Bad search type field tracks" } }]);
});

test.each([
  ["extended", "tracks", "track"],
  ["development", "items", "item"],
] as const)("a playlist comes with its first page, as %s apps see it", async (quota, contents, entry) => {
  const emulator = await emulate({ clients: [{ ...secretApp, quota }] });
  const { access } = await login(emulator, "mira", everything);
  const id = await publicPlaylist(emulator, access);
  const playlist = (await (await api(emulator, `/v1/playlists/${id}?market=SE`, access)).json()) as Record<string, unknown>;
  const page = (await (await api(emulator, `/v1/playlists/${id}/${quota === "extended" ? "tracks" : "items"}`, access)).json()) as { items: object[] };
  expect(page.items[0]).toHaveProperty(entry);
  expect(playlist[contents]).toEqual(page);
});

test("collections are cut into pages", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", everything);
  const page = (await (await api(emulator, "/v1/me/top/tracks?limit=4&offset=4", access)).json()) as {
    items: unknown[];
    next: string;
    previous: string;
    total: number;
  };
  expect([page.items.length, page.total]).toEqual([4, 9]);
  expect([page.next, page.previous]).toEqual([expect.stringContaining("offset=8"), expect.stringContaining("offset=0")]);
});

test.each([
  ["2026-11-22T12:00:00Z", "2027-05-22T12:00:00.000Z"],
  ["2026-08-31T00:00:00Z", "2027-02-28T00:00:00.000Z"],
  ["2027-08-31T23:59:59Z", "2028-02-29T23:59:59.000Z"],
  ["2026-12-31T10:00:00Z", "2027-06-30T10:00:00.000Z"],
])("six calendar months after %s are over at %s", (from, to) => {
  expect(new Date(sixMonthsAfter(Date.parse(from))).toISOString()).toBe(to);
});
