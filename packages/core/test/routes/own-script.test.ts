import { describe, expect, it } from "vitest";
import { apiWorld, ITEMS, OWN, PLAYER } from "./api-world.js";
import { NAVIGATION, ORIGIN, SESSION } from "./world.js";

const sites = ["same-origin", "same-site", "cross-site", "none", null];
const origins = [ORIGIN, "https://evil.example", "null", null];
const routes = [
  ["GET", "token"],
  ["GET", `api/${PLAYER}`],
  ["PUT", `api/${ITEMS}`],
] as const;
const rows = sites.flatMap((site) => origins.flatMap((origin) => routes.map(([method, route]) => ({ site, origin, method, route }))));

describe("S-040 S-041 only scripts of this origin", () => {
  it("covers 5 x 4 x 3 rows", () => expect(rows).toHaveLength(60));

  it.each(rows)("Sec-Fetch-Site $site, Origin $origin: $method $route", async ({ site, origin, method, route }) => {
    const here = await apiWorld();
    const headers = { ...(site !== null && { "sec-fetch-site": site }), ...(origin !== null && { origin }) };
    const own = site === "same-origin" || (site === null && origin === ORIGIN);

    const response = await here.user.request(method, `/auth/spotify/${route}`, { ...headers, "x-refrain": "1" });
    expect(response.status).toBe(own ? 200 : 403);
    const asked = here.spotify.apiCalls.length;
    expect(asked).toBe(own && route !== "token" ? 1 : 0);

    const without = await here.user.request(method, `/auth/spotify/${route}`, headers);
    expect(without.status).toBe(403);
    expect(await without.json()).toMatchObject({ code: "foreign_origin" });
    expect(here.spotify.apiCalls).toHaveLength(asked);
    const blocked = here.events.filter(({ event }) => event === "forgeryBlocked");
    expect(blocked).toEqual(Array.from({ length: own ? 1 : 2 }, () => ({ event: "forgeryBlocked", detail: { route: route.split("/")[0] } })));
  });

  it.each(["token", `api/${PLAYER}`])("a navigation to %s is refused, whatever it sends, and is no page and no redirect", async (route) => {
    const here = await apiWorld();
    for (const headers of [NAVIGATION, { ...NAVIGATION, "sec-fetch-site": "same-origin", "x-refrain": "1", origin: ORIGIN }]) {
      const response = await here.user.request("GET", `/auth/spotify/${route}`, headers);
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
    expect(here.spotify.apiCalls).toEqual([]);
  });

  it.each(["", "0", "anything"])("the header counts, its value %j does not", async (value) => {
    const here = await apiWorld();
    expect((await here.user.request("GET", "/auth/spotify/token", { ...OWN, "x-refrain": value })).status).toBe(200);
  });

  it.each(["token", `api/${PLAYER}`])("S-042 no origin is ever told that it may read %s, not even before asking", async (route) => {
    const here = await apiWorld();
    const preflight = { origin: "https://evil.example", "access-control-request-method": "GET", "access-control-request-headers": "x-refrain" };
    for (const [method, headers] of [
      ["OPTIONS", preflight],
      ["OPTIONS", { ...OWN, ...preflight, origin: ORIGIN }],
      ["GET", OWN],
    ] as const) {
      const response = await here.user.request(method, `/auth/spotify/${route}`, headers);
      expect(method === "GET" ? [200] : [403, 404, 405]).toContain(response.status);
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("GET token", () => {
  const ROUTE = "/auth/spotify/token";

  it("gives the access token and when it expires, to this browser only", async () => {
    const here = await apiWorld();
    const response = await here.user.request("GET", ROUTE, OWN);
    const grant = await here.grantOf("account-ada");
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/json",
      "cache-control": "private, no-store",
      vary: "Cookie",
      "x-content-type-options": "nosniff",
    });
    expect(await response.json()).toEqual({ accessToken: here.spotify.secrets[0], expiresAt: grant?.access.expiresAt });
  });

  it("refreshes when there is need", async () => {
    const here = await apiWorld();
    await here.clock.advance(3_599_000);
    const { accessToken } = (await (await here.user.request("GET", ROUTE, OWN)).json()) as { accessToken: string };
    expect(here.spotify.tokenCalls.at(-1)?.get("grant_type")).toBe("refresh_token");
    expect(accessToken).toContain("access-2");
  });

  it("nobody signed in is 401, whatever the script accepts", async () => {
    const here = await apiWorld();
    const response = await here.browser().request("GET", ROUTE, { "x-refrain": "1", origin: "https://app.example", accept: "text/html" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "not_authenticated", reauthorizeUrl: "https://app.example/auth/spotify/login" });
  });

  it("the store down is 503, and nothing of it is a token", async () => {
    const here = await apiWorld();
    here.store = "down";
    const response = await here.user.request("GET", ROUTE, OWN);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.text()).not.toContain("canary");
  });

  it.each(["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s is 405", async (method) => {
    const here = await apiWorld();
    const response = await here.user.request(method, ROUTE, OWN);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  it.each([false, undefined])("token: %s is no such route", async (token) => {
    const here = await apiWorld({ token });
    const response = await here.user.request("GET", ROUTE, OWN);
    expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: "not_found" })]);
    expect((await here.user.request("GET", "/auth/spotify/token/", OWN)).status).toBe(404);
  });

  it("V-006 the sign-in's cookie opens nothing", async () => {
    const here = await apiWorld();
    await here.user.begin();
    const other = here.browser();
    other.jar.set(SESSION, here.user.jar.get("__Host-refrain-tx") ?? "");
    expect((await other.request("GET", ROUTE, OWN)).status).toBe(401);
  });
});
