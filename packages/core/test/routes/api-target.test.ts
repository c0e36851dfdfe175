import { describe, expect, it } from "vitest";
import { findTarget, readTemplate } from "../../src/routes/api-target.js";
import { ALLOW } from "./api-world.js";
import { fastestMs } from "./world.js";

const id = "37i9dQZF1DXcBWIGoYBM5M";
const allow = ALLOW.map(readTemplate);
const find = (path: string, method = "GET"): string | null => findTarget(allow, method, path)?.path ?? null;

describe("S-031 what the allow-list names", () => {
  it.each([
    ["GET", "v1/me/player", "/v1/me/player"],
    ["HEAD", "v1/me/player", "/v1/me/player"],
    ["GET", "v1/m%65/pl%61yer", "/v1/me/player"],
    ["PUT", `v1/playlists/${id}/items`, `/v1/playlists/${id}/items`],
    ["PUT", `v1/playlists/%33${id.slice(1)}/items`, `/v1/playlists/${id}/items`],
    ["GET", "v1/me/top/tracks", "/v1/me/top/tracks"],
    ["GET", "v1/me/top/show-episodes", "/v1/me/top/show-episodes"],
    ["GET", "v1/users/john.doe/playlists", "/v1/users/john.doe/playlists"],
    ["GET", "v1/users/.../playlists", "/v1/users/.../playlists"],
    ["GET", "v1/users/j%C3%B6rg%20%23%3F/playlists", "/v1/users/j%C3%B6rg%20%23%3F/playlists"],
    ["GET", "v1/users/a@b:c,d/playlists", "/v1/users/a%40b%3Ac%2Cd/playlists"],
  ])("%s %s is asked of Spotify as %s", (method, path, expected) => expect(find(path, method)).toBe(expected));

  it("is told by its entry", () =>
    expect(findTarget(allow, "PUT", `v1/playlists/${id}/items`)).toEqual({
      allowedBy: "PUT /v1/playlists/{id}/items",
      path: `/v1/playlists/${id}/items`,
    }));

  it.each(["POST", "DELETE", "OPTIONS", "PATCH", "get", "TRACE", "CONNECT", ""])("%j is not GET", (method) => expect(find("v1/me/player", method)).toBeNull());
  it("HEAD is GET and nothing else", () => expect(find(`v1/playlists/${id}/items`, "HEAD")).toBeNull());

  it.each([
    "",
    "v1",
    "v1/me",
    "v1/me/",
    "v1/me/player/",
    "v1/me/player/x",
    "/v1/me/player",
    "v1//me/player",
    "v1/me//player",
    "V1/me/player",
    "v1/ME/player",
    "v2/me/player",
    "v1/./me/player",
    "v1/x/../me/player",
    "v1/%2e/me/player",
    "v1/x/%2e%2e/me/player",
    "v1/x/%2E./me/player",
    "v1/me%2fplayer",
    "v1%2Fme/player",
    "v1/me%5cplayer",
    "v1\\me\\player",
    "v1/me/player;a=b",
    "v1/me;/player",
    "v1/me/player%3b",
    "v1/me/player%00",
    "v1/me/player\0",
    "v1/me/player%0a",
    "v1/me/player%09",
    "v1/me/player%7f",
    "v1/me/player%c2%85",
    "v1/me/player ",
    "v1/me/player%20",
    "v1/me/player?x",
    "v1/me/player#x",
    "v1/me/player%23",
    "v1/me/player%3f",
    "v1/me/play%2565r",
    "v1/%256d%2565/player",
    "v1/me/player%",
    "v1/me/player%4",
    "v1/me/player%zz",
    "v1/me/player%c0%ae",
    "v1/me/player%ed%a0%80",
    "v1/me/plаyer",
    "v1/me/player\u2028",
    "v1/users//playlists",
    "v1/users/./playlists",
    "v1/users/../playlists",
    "v1/users/%2e%2e/playlists",
    "v1/users/a%2eb/playlists",
    "v1/users/a%2fb/playlists",
    "v1/users/a%5Cb/playlists",
    "v1/users/a%3bb/playlists",
    "v1/users/a%00b/playlists",
    "v1/users/a%0d%0ab/playlists",
    "v1/users/a%c2%9fb/playlists",
    "v1/users/%252e%252e/playlists",
    "v1/users/%25/playlists",
    "v1/users/a/b/playlists",
    "v1/users/a#b/playlists",
    "v1/users/a?b/playlists",
    "v1/users/a b/playlists",
    "v1/users/a|b/playlists",
    "v1/users/\u00e9/playlists",
    "v1/me/top/tracks1",
    "v1/me/top/{type}",
    "v1/me/top/%7btype%7d",
    "http://evil.example/v1/me/player",
    "@evil.example/v1/me/player",
  ])("%j is not on it", (path) => expect(find(path)).toBeNull());

  it.each([
    id.slice(1),
    `${id}a`,
    `${id.slice(1)}-`,
    `${id.slice(1)}_`,
    `${id.slice(1)}%0a`,
    `${id.slice(1)}é`,
    "{id}",
    "spotify:track:../playlists/x",
    "spotify%3Atrack%3A..%2Fplaylists",
    "..",
    "",
  ])("V-021 %j is no id", (given) => expect(find(`v1/playlists/${given}/items`, "PUT")).toBeNull());

  it("V-029 8 kB are read in no time", async () => {
    const long = [
      "v1/" + "a/".repeat(4096),
      "v1/users/" + "%61".repeat(2700) + "/playlists",
      "v1/me/top/" + "-".repeat(8192) + "1",
      "%".repeat(8192),
      "../".repeat(2700),
    ];
    const list = Array.from({ length: 200 }, (_, at) => readTemplate(`GET /v1/${"{type}/".repeat(at % 9)}x`));
    for (const path of long) expect(await fastestMs(() => findTarget([...list, ...allow], "GET", path)), path.slice(0, 20)).toBeLessThan(10);
  });
});
