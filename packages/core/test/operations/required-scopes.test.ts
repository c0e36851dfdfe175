import { type Operation as Theirs, operations as theirs } from "@refrain/emulator";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { SpotifyAuthOptions, TokenNeed } from "../../src/index.js";
import { operations, requiredScopes } from "../../src/operations/index.js";
import { missingFor, refusedFor } from "../../src/operations/required-scopes.js";
import { isSpotifyScope, type SpotifyScope, spotifyScopes } from "../../src/scopes.js";

const split = (operation: string): [method: string, path: string] => operation.split(" ", 2) as [string, string];
const names = Object.keys(operations);
const modifies = ["playlist-modify-public", "playlist-modify-private"] as const;

describe("the table", () => {
  it("has the 96 operations that the emulator has", () => {
    expect(names).toHaveLength(96);
    expect(names.toSorted()).toEqual(theirs.map(({ operation }) => operation).toSorted());
  });

  it("names scopes that exist, each once in an operation", () => {
    let named = 0;
    for (const [name, { all = [], either = [], byVisibility = [], byUri = [], unlessPublic = [], optional = [] }] of Object.entries(operations)) {
      const scopes = [...all, ...either, ...byVisibility, ...byUri, ...unlessPublic, ...optional];
      expect(scopes.every(isSpotifyScope), name).toBe(true);
      expect(new Set(scopes).size, name).toBe(scopes.length);
      named += scopes.length;
    }
    expect(named).toBeGreaterThan(60);
  });

  it("S-022 no operation is held up that the emulator would let through for some content, and none let through that it always refuses", () => {
    for (const operation of theirs) {
      for (const granted of combinations(operation)) {
        const tried = missingFor(...split(operation.operation), granted).length === 0;
        expect(tried, `${operation.operation} with [${granted.join(" ")}]`).toBe(mayPass(operation, granted));
      }
    }
  });

  it.each(names)("%s: what is to be asked for suffices to try it, and is found by a call's own path", (name) => {
    const [method, template] = split(name);
    const asked = requiredScopes(method, template);
    expect(missingFor(method, template, asked)).toEqual([]);
    expect(requiredScopes(method, template.replaceAll(/\{\w+\}/g, "37i9dQZF1DXcBWIGoYBM5M"))).toEqual(asked);
  });
});

/** By hand, of Spotify's own notes on its operations. */
describe("what an operation needs", () => {
  it.each<[operation: string, asked: readonly SpotifyScope[]]>([
    ["GET /v1/me", []],
    ["GET /v1/search", []],
    ["GET /v1/episodes", []],
    ["GET /v1/episodes/{id}", []],
    ["GET /v1/shows/{id}", []],
    ["GET /v1/shows/{id}/episodes", []],
    ["GET /v1/playlists/{playlist_id}", []],
    ["GET /v1/playlists/{playlist_id}/items", []],
    ["GET /v1/users/{user_id}/playlists", []],
    ["GET /v1/me/episodes", ["user-library-read"]],
    ["GET /v1/me/playlists", ["playlist-read-private"]],
    ["GET /v1/me/player/currently-playing", ["user-read-currently-playing"]],
    ["GET /v1/me/player/queue", ["user-read-currently-playing", "user-read-playback-state"]],
    ["PUT /v1/me/library", ["user-library-modify", "user-follow-modify", "playlist-modify-public"]],
    ["DELETE /v1/me/library", ["user-library-modify", "user-follow-modify", "playlist-modify-public"]],
    ["GET /v1/me/library/contains", ["user-library-read", "user-follow-read", "playlist-read-private"]],
    ["PUT /v1/playlists/{playlist_id}/images", ["ugc-image-upload", ...modifies]],
    ["POST /v1/me/playlists", modifies],
    ["POST /v1/users/{user_id}/playlists", modifies],
    ["PUT /v1/playlists/{playlist_id}", modifies],
    ["PUT /v1/playlists/{playlist_id}/followers", modifies],
    ["DELETE /v1/playlists/{playlist_id}/followers", modifies],
    ["POST /v1/playlists/{playlist_id}/items", modifies],
    ["PUT /v1/playlists/{playlist_id}/items", modifies],
    ["DELETE /v1/playlists/{playlist_id}/items", modifies],
    ["POST /v1/playlists/{playlist_id}/tracks", modifies],
    ["PUT /v1/playlists/{playlist_id}/tracks", modifies],
    ["DELETE /v1/playlists/{playlist_id}/tracks", modifies],
  ])("%s: %j", (operation, asked) => expect(requiredScopes(...split(operation))).toEqual(asked));

  it.each<[operation: string, optional: readonly SpotifyScope[]]>([
    ["GET /v1/me", ["user-read-private", "user-read-email"]],
    ["GET /v1/search", ["user-read-private"]],
    ["GET /v1/episodes", ["user-read-playback-position"]],
    ["GET /v1/episodes/{id}", ["user-read-playback-position"]],
    ["GET /v1/shows/{id}", ["user-read-playback-position"]],
    ["GET /v1/shows/{id}/episodes", ["user-read-playback-position"]],
    ["GET /v1/me/episodes", ["user-read-playback-position"]],
    ["GET /v1/me/playlists", ["playlist-read-collaborative"]],
    ["GET /v1/users/{user_id}/playlists", ["playlist-read-private", "playlist-read-collaborative"]],
  ])("%s: %j only add to the answer", (operation, optional) => expect(operations[operation]?.optional).toEqual(optional));

  it.each<[operation: string, granted: readonly SpotifyScope[], missing: readonly SpotifyScope[]]>([
    ["GET /v1/me/player/currently-playing", ["user-read-playback-state"], []],
    ["GET /v1/me/player/currently-playing", ["user-read-currently-playing"], []],
    ["GET /v1/me/player/currently-playing", ["user-top-read"], ["user-read-currently-playing"]],
    ["GET /v1/me/player/queue", ["user-read-playback-state"], ["user-read-currently-playing"]],
    ["GET /v1/me/player/queue", ["user-read-playback-state", "user-read-currently-playing"], []],
    ["PUT /v1/playlists/{playlist_id}/images", ["ugc-image-upload"], modifies],
    ["PUT /v1/playlists/{playlist_id}/images", ["playlist-modify-private"], ["ugc-image-upload"]],
    ["PUT /v1/playlists/{playlist_id}/images", ["playlist-modify-private", "ugc-image-upload"], []],
    ["POST /v1/me/playlists", ["playlist-modify-private"], []],
    ["PUT /v1/me/library", ["user-follow-modify"], []],
  ])("%s with %j misses %j", (operation, granted, missing) => expect(missingFor(...split(operation), granted)).toEqual(missing));

  it.each<[call: string, granted: readonly SpotifyScope[], missing: readonly SpotifyScope[]]>([
    ["PUT /v1/me/library?uris=spotify:track:4iV5W9uYEdYUVa79Axb7Rh", ["user-follow-modify"], ["user-library-modify"]],
    ["PUT /v1/me/library?uris=spotify%3Ashow%3A4iV5W9%2Cspotify%3Aepisode%3A4iV5W9", [], ["user-library-modify"]],
    ["PUT /v1/me/library?uris=spotify:album:1,spotify:artist:2", ["user-library-modify"], ["user-follow-modify"]],
    ["DELETE /v1/me/library?uris=spotify:user:wizzler", [], ["user-follow-modify"]],
    ["DELETE /v1/me/library?uris=spotify:playlist:1", [], ["playlist-modify-public"]],
    ["PUT /v1/me/library?uris=spotify:user:wizzler:playlist:1", ["playlist-modify-public"], []],
    ["GET /v1/me/library/contains?uris=spotify:audiobook:1", [], ["user-library-read"]],
    ["GET /v1/me/library/contains?uris=spotify:artist:1", [], ["user-follow-read"]],
    ["GET /v1/me/library/contains?uris=spotify:playlist:1", ["user-library-read"], ["playlist-read-private"]],
    ["PUT /v1/me/library?uris=spotify:constructor:1", ["user-follow-modify"], []],
    ["PUT /v1/me/library?uris=spotify:concert:1", [], ["user-library-modify", "user-follow-modify", "playlist-modify-public"]],
    ["POST /v1/playlists/1/items?uris=spotify:track:1", [], modifies],
  ])("%s with %j misses %j", (call, granted, missing) => expect(missingFor(...split(call), granted)).toEqual(missing));
});

describe("which operation a call means", () => {
  const top = ["user-top-read"];
  it.each([
    ["GET", "/v1/me/top/{type}", top],
    ["GET", "/v1/me/top/tracks", top],
    ["get", "/v1/me/top/tracks?limit=5&time_range=short_term", top],
    ["HEAD", "/v1/me/top/tracks#now", top],
    ["head", "https://api.spotify.com/v1/me/top/tracks?offset=20", top],
    ["GET", "/v1/me/player/../top/tracks", top],
    ["PUT", "/v1/playlists/{id}/images", ["ugc-image-upload", ...modifies]],
    ["POST", "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items?position=0", modifies],
    ["PUT", "/v1/me/player", ["user-modify-playback-state"]],
    ["GET", "/v1/me/player", ["user-read-playback-state"]],
  ])("%s %s is in the table", (method, path, asked) => expect(requiredScopes(method, path)).toEqual(asked));

  it.each([
    ["POST", "/v1/me/top/tracks"],
    ["OPTIONS", "/v1/me/top/tracks"],
    ["TARGET", "/v1/me/top/tracks"],
    ["GET", "/v1/me/top"],
    ["GET", "/v1/me/top/"],
    ["GET", "/v1/me/top/tracks/week"],
    ["GET", "/v1/me/top/tracks/"],
    ["GET", "/v2/me/top/tracks"],
    ["GET", "/prefix/v1/me/top/tracks"],
    ["GET", "https://evil.example/v1/me/top/tracks"],
    ["GET", "//evil.example/v1/me/top/tracks"],
    ["GET", "http://["],
    ["GET", ""],
    ["GET", "constructor"],
    ["", "/v1/me/top/tracks"],
  ])("%s %s is not, and is never held up", (method, path) => {
    expect(requiredScopes(method, path)).toEqual([]);
    expect(missingFor(method, path, [])).toEqual([]);
    expect(refusedFor(method, path, [])).toEqual({ scopes: [], withdrawn: false });
  });
});

describe("F-030 what to ask for after Spotify refused", () => {
  it.each<[operation: string, granted: readonly SpotifyScope[], scopes: readonly SpotifyScope[], withdrawn: boolean]>([
    ["GET /v1/me/top/{type}", ["user-top-read"], ["user-top-read"], true],
    ["POST /v1/me/playlists", ["playlist-modify-public"], ["playlist-modify-private"], false],
    ["POST /v1/me/playlists", modifies, modifies, true],
    ["GET /v1/me/player/currently-playing", ["user-read-playback-state"], ["user-read-currently-playing"], false],
    ["GET /v1/playlists/{playlist_id}", [], ["playlist-read-private", "playlist-read-collaborative"], false],
    ["GET /v1/playlists/{playlist_id}/tracks", ["playlist-read-private"], ["playlist-read-collaborative"], false],
    ["GET /v1/me", ["user-read-email"], [], false],
  ])("%s with %j: %j", (operation, granted, scopes, withdrawn) => expect(refusedFor(...split(operation), granted)).toEqual({ scopes, withdrawn }));
});

it("what is required is what the options take", () => {
  expectTypeOf(requiredScopes("GET", "/v1/me")).toExtend<NonNullable<SpotifyAuthOptions["scopes"]>>();
  expectTypeOf(requiredScopes("GET", "/v1/me")).toExtend<NonNullable<TokenNeed["scopes"]>>();
  const options = { scopes: [...requiredScopes("GET", "/v1/me/top/artists"), ...requiredScopes("GET", "/v1/me/player")] } satisfies SpotifyAuthOptions;
  expect(options.scopes).toEqual(["user-top-read", "user-read-playback-state"]);
});

/** None, all, each alone, each two, and all but each, of what the emulator's reading of the operation can ask for. */
function combinations(operation: Theirs): readonly (readonly SpotifyScope[])[] {
  const relevant = spotifyScopes.filter((scope) => contents(operation).flat(2).includes(scope) || operation.unlocks?.includes(scope));
  const alone = relevant.map((scope) => [scope]);
  const pairs = relevant.flatMap((one) => relevant.map((other) => [one, other]));
  return [[], relevant, ...alone, ...pairs, ...relevant.map((scope) => relevant.filter((other) => other !== scope))];
}

function mayPass(operation: Theirs, granted: readonly string[]): boolean {
  return contents(operation).some((needs) => needs.every((oneOf) => oneOf.some((scope) => granted.includes(scope))));
}

/** For every content there is, what the emulator asks for: of each set one. */
function contents({ operation, all = [], any, by }: Theirs): readonly (readonly (readonly string[])[])[] {
  const always = [...all.map((scope) => [scope]), ...(any === undefined ? [] : [any])];
  if (by === undefined) return [always];
  switch (by) {
    case "visibility":
      return modifies.map((scope) => [...always, [scope]]);
    case "readability":
      return [always, [...always, ["playlist-read-private"]], [...always, ["playlist-read-private", "playlist-read-collaborative"]]];
    case "uri-type": {
      const reads = operation.startsWith("GET");
      const scopes = reads
        ? ["user-library-read", "user-follow-read", "playlist-read-private"]
        : ["user-library-modify", "user-follow-modify", "playlist-modify-public"];
      return scopes.map((scope) => [...always, [scope]]);
    }
  }
}
