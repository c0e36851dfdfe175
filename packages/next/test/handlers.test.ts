import { describe, expect, test, vi } from "vitest";
import { origin } from "./support/stage.js";
import { asked, fetched, opened, ownOptions, unit, user } from "./support/unit.js";
import { createSpotify } from "../src/create-spotify.js";

describe("handlers", () => {
  test("serve the sign-in routes, with a trailing slash too, at the redirect URI's origin", async () => {
    const { spotify, cookie } = await unit();
    for (const path of ["/auth/spotify/login", "/auth/spotify/login/"]) {
      const away = await spotify.handlers.GET(opened(path));
      const url = new URL(away.headers.get("location") ?? "");
      expect(url.origin).toBe("https://accounts.spotify.com");
      expect(url.searchParams.get("redirect_uri")).toBe(`${origin}/auth/spotify/callback`);
      expect(away.headers.get("set-cookie")).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    }
    expect(await (await spotify.handlers.GET(fetched("/auth/spotify/session", { cookie }))).json()).toMatchObject({ signedIn: true, user: { id: user } });
  });

  test("S-040 sign-out takes a POST of this origin's own", async () => {
    const { spotify, cookie } = await unit();
    const post = async (headers: Readonly<Record<string, string>>): Promise<number> =>
      (await spotify.handlers.POST(asked("/auth/spotify/logout", { cookie, ...headers }, { method: "POST" }))).status;
    expect(await post({})).toBe(403);
    expect(await post({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await post({ origin: "null" })).toBe(403);
    expect(await post({ origin: "http://localhost:3000" })).toBe(403);
    expect(await post({ origin })).toBe(204);
  });

  test("a route at another place is one error, which names the file to create and nothing of the request's query", async () => {
    const { spotify } = await unit();
    const misplaced = spotify.handlers.GET(opened("/login/callback?code=secret"));
    await expect(misplaced).rejects.toThrow("served at /login/callback, where the redirect URI does not lead");
    await expect(misplaced).rejects.toThrow("app/auth/spotify/[...refrain]/route.ts");
    await expect(misplaced).rejects.not.toThrow("secret");
  });

  test("follow the redirect URI to any folder", async () => {
    const { spotify } = await unit({ redirectUri: `${origin}/sign/in/callback` });
    expect((await spotify.handlers.GET(fetched("/sign/in/session"))).status).toBe(200);
  });

  test("hand the body on, for the api option", async () => {
    const fetchApi = vi.fn(async (..._asked: Parameters<typeof fetch>) => Response.json({ snapshot_id: "x" }));
    const { spotify, cookie } = await unit({ api: { allow: ["PUT /v1/playlists/{id}/items"] }, fetch: fetchApi });
    const own = { cookie, "sec-fetch-site": "same-origin", "x-refrain": "1", "content-type": "application/json" };
    const path = "/auth/spotify/api/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items?a=1";
    const answer = await spotify.handlers.PUT(asked(path, own, { method: "PUT", body: '{"uris":[]}' }));
    expect(answer.status).toBe(200);
    const [url, init] = fetchApi.mock.calls[0] ?? [];
    expect(new Request(url ?? "").url).toBe("https://api.spotify.com/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items?a=1");
    expect(await new Response(init?.body).text()).toBe('{"uris":[]}');
  });

  test("look at the request before anything is opened, so that a build without variables ends there", async () => {
    const { handlers, withSpotify } = createSpotify(ownOptions({ clientId: "" }));
    const prerendered = new Proxy(opened("/auth/spotify/login"), {
      get() {
        throw new Error("dynamic");
      },
    });
    await expect(handlers.GET(prerendered)).rejects.toThrow("dynamic");
    await expect(withSpotify(() => Response.json(1))(prerendered, { params: Promise.resolve({}) })).rejects.toThrow("dynamic");
  });
});
