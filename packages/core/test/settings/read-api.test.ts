import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import type { SpotifyAuthOptions } from "../../src/settings/options.js";
import { readSettings } from "../../src/settings/read-options.js";

const good: SpotifyAuthOptions = {
  clientId: "client-1",
  redirectUri: "https://app.example/auth/spotify/callback",
  secret: "q6NcTzvVhzJw0Zp3bXwHkR8sLmYd5uEfGa1oI9tQx2U",
};

function problemsOf(options: object): readonly string[] {
  try {
    readSettings({ ...good, ...options }, () => undefined);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe("the routes for scripts", () => {
  it("are off unless they are asked for", () => {
    expect(readSettings(good, () => undefined)).toMatchObject({ token: false, api: { allow: [] } });
  });

  it.each([
    "GET /v1/me/player",
    "PUT /v1/playlists/{id}/items",
    "DELETE /v1/me/library",
    "POST /v1/users/{user_id}/playlists",
    "GET /v1/audio-features/{id}",
    "GET /v1/me/top/{type}",
  ])("%s may be allowed", (entry) =>
    expect(readSettings({ ...good, api: { allow: [entry] } }, () => undefined).api).toEqual({ allow: [entry], perMinute: 120 }),
  );

  it.each([
    "",
    "/v1/me",
    "get /v1/me",
    "HEAD /v1/me",
    "PATCH /v1/me",
    "* /v1/me",
    "GET v1/me",
    "GET /v1",
    "GET /v1/",
    "GET /v1/me/",
    "GET /v2/me",
    "GET /me",
    "GET  /v1/me",
    "GET /v1/me ",
    "GET /v1/*",
    "GET /v1/../me",
    "GET /v1//me",
    "GET /v1/me?x=1",
    "GET /v1/%6de",
    "GET /v1/{id",
    "GET /v1/a{id}",
    "GET /v1/{id}{id}",
    "GET /v1/:id",
    "GET /v1/{}",
    "GET https://api.spotify.com/v1/me",
    "GET //evil.example/v1/me",
    "GET /v1/me\n",
    7,
    null,
    undefined,
    ["GET /v1/me"],
  ])("%j may not, and is named", (entry) => {
    expect(problemsOf({ api: { allow: ["GET /v1/me", entry] } })).toEqual([
      expect.stringMatching(/^api\.allow holds .+: write GET, POST, PUT or DELETE and a path/),
    ]);
  });

  it.each<[string, object, string]>([
    ["nothing allowed", { api: { allow: [] } }, "api.allow must list"],
    ["no list", { api: {} }, "api.allow must list"],
    ["a list that is text", { api: { allow: "GET /v1/me" } }, "api.allow must list"],
    ["null", { api: null }, "api.allow must list"],
    ["no calls", { api: { allow: ["GET /v1/me"], perMinute: 0 } }, "api.perMinute must be a whole number from 1 to 10000"],
    ["half a call", { api: { allow: ["GET /v1/me"], perMinute: 1.5 } }, "api.perMinute"],
    ["too many calls", { api: { allow: ["GET /v1/me"], perMinute: 10_001 } }, "api.perMinute"],
    ["a misspelt limit", { api: { allow: ["GET /v1/me"], perminute: 5 } }, 'api knows no option "perminute"'],
    ["S-042 a CORS setting", { api: { allow: ["GET /v1/me"], cors: "*" } }, 'api knows no option "cors"'],
    ["a word for a switch", { token: "yes" }, "token must be true or false"],
    [
      "a callback in the token's place",
      { token: true, redirectUri: "https://app.example/auth/spotify/token", basePath: "/auth/spotify" },
      "another route of ours",
    ],
  ])("%s is a mistake", (_what, options, text) => expect(problemsOf(options)).toEqual([expect.stringContaining(text)]));

  it("name every mistake at once", () => {
    expect(problemsOf({ token: 1, api: { allow: ["a", "b"], perMinute: -1 } })).toHaveLength(4);
  });
});
