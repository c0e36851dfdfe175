import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors/configuration-error.js";
import { NAVIGATION, ORIGIN, SCRIPT, world, type World } from "./world.js";

async function status({ routes }: World, path: string, call?: { mountedAt?: string }): Promise<number | null> {
  const request = new Request(`http://anything${path}`, { headers: NAVIGATION });
  return (await routes.handle(request, call))?.status ?? null;
}

describe("a path", () => {
  it.each([
    ["/auth/spotify/login", 303],
    ["/auth/spotify/login?x=/", 303],
    ["/auth/spotify/callback", 400],
    ["/auth/spotify/session", 200],
    ["/auth/spotify/logout", 405],
    ["/auth/spotify/disconnect", 405],
    ["/auth/spotify/login/", 404],
    ["/auth/spotify//login", 404],
    ["/auth/spotify/%6cogin", 404],
    ["/auth/spotify/login%2f", 404],
    ["/auth/spotify/login;a=b", 404],
    ["/auth/spotify/LOGIN", 404],
    ["/auth/spotify/login.json", 404],
    ["/auth/spotify/callback/", 404],
    ["/auth/spotify/__proto__", 404],
    ["/auth/spotify/constructor", 404],
    ["/auth/spotify/toString", 404],
    ["/auth/spotify/", 404],
    ["/auth/spotify", null],
    ["//auth/spotify/login", null],
    ["/auth//spotify/login", null],
    ["/AUTH/spotify/login", null],
    ["/%61uth/spotify/login", null],
    ["/auth/spotifyx/login", null],
    ["/x/auth/spotify/login", null],
    ["/", null],
  ])("%s is answered %s (V-013)", async (path, expected) => {
    const here = world();
    expect(await status(here, path)).toBe(expected);
    expect(here.paths.owns(path.split("?")[0] ?? "", "")).toBe(expected !== null);
  });

  it("below the base path that is no route is a problem, and says nothing of the path", async () => {
    const response = await world().browser().request("GET", "/auth/spotify/canary-path", SCRIPT);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({ type: "about:blank", title: "Not Found", status: 404, code: "not_found", detail: "There is no such route." });
  });

  it.each([
    ["the redirect URI's own path", { redirectUri: "https://app.example/spotify-done" }, "/spotify-done", 400],
    ["the default base path then", { redirectUri: "https://app.example/spotify-done" }, "/auth/spotify/login", 303],
    ["a callback at the top", { redirectUri: "https://app.example/callback" }, "/callback", 400],
    ["and not the app's own login", { redirectUri: "https://app.example/callback" }, "/login", null],
    ["another base path", { redirectUri: "https://app.example/a/b/callback" }, "/a/b/login", 303],
    ["a prefix that something took off", { redirectUri: "https://app.example/music/auth/callback", basePath: "/auth" }, "/auth/login", 303],
    ["a prefix that nobody took off", { redirectUri: "https://app.example/music/auth/callback", basePath: "/auth" }, "/music/auth/login", 303],
  ])("%s matches", async (_what, options, path, expected) => expect(await status(world(options), path)).toBe(expected));

  it("the public prefix stands in every URL we write, and only there", async () => {
    const here = world({ redirectUri: "https://app.example/music/auth/callback", basePath: "/auth" });
    const response = await here.browser().request("GET", "/auth/login", SCRIPT);
    expect(await response.json()).toMatchObject({ reauthorizeUrl: "https://app.example/music/auth/login" });
  });

  it("without a page to come back to, what is behind a public prefix is left for the app's own front page", async () => {
    const browser = world({ redirectUri: `${ORIGIN}/music/auth/callback`, basePath: "/auth" }).browser();
    const begun = await browser.visit("/auth/login");
    const state = new URL(begun.headers.get("location") ?? "").searchParams.get("state");
    const places = [await browser.visit(`/auth/callback?code=c&state=${state}`), await browser.submit("/auth/logout")];
    expect(places.map(({ headers }) => headers.get("location"))).toEqual([`${ORIGIN}/music/`, `${ORIGIN}/music/`]);
  });

  it("is found below the app's mount point without its being repeated", async () => {
    const here = world({ redirectUri: "https://app.example/music/auth/spotify/callback" });
    expect(await status(here, "/auth/spotify/login")).toBeNull();
    expect(await status(here, "/auth/spotify/login", { mountedAt: "/music" })).toBe(303);
    expect(await status(here, "/music/auth/spotify/login", { mountedAt: "/music" })).toBe(303);
  });

  it("a redirect URI that cannot reach the mount point is named at the first request, whatever it asks for", () => {
    const { paths } = world();
    expect(() => paths.owns("/music/anything", "/music")).toThrow(ConfigurationError);
    expect(() => paths.owns("/music/auth/spotify/login", "/music")).toThrow("/music/auth/spotify/callback");
  });

  it("what is mounted twice needs to be reached once", () => {
    const { paths } = world();
    expect(paths.owns("/", "")).toBe(false);
    expect(paths.owns("/music/anything", "/music")).toBe(false);
    expect(paths.owns("/auth/spotify/login", "")).toBe(true);
  });
});
