import { MissingScopes, TemporarilyUnavailable } from "@refrain/core";
import { describe, expect, test } from "vitest";
import { origin } from "./support/stage.js";
import { asked, fetched, opened, unit, user } from "./support/unit.js";

const context = { params: Promise.resolve({ id: "7" }) };

describe("withSpotify", () => {
  test("hands over who is signed in beside what Next hands over", async () => {
    const { spotify, cookie } = await unit();
    const handler = spotify.withSpotify(async (request, { spotify: session, params }) =>
      Response.json({ user: session.user.id, id: (await params)["id"], path: request.nextUrl.pathname }),
    );
    const answer = await handler(fetched("/api/top/7", { cookie }), context);
    expect(await answer.json()).toEqual({ user, id: "7", path: "/api/top/7" });
  });

  test("nobody: a navigation goes to sign in and back, at the redirect URI's origin; anything else gets 401", async () => {
    const { spotify } = await unit();
    const handler = spotify.withSpotify(() => Response.json("never"));
    const away = await handler(opened("/api/top/7?x=1"), context);
    expect(away.status).toBe(303);
    expect(away.headers.get("location")).toBe(`${origin}/auth/spotify/login?returnTo=%2Fapi%2Ftop%2F7%3Fx%3D1`);
    for (const request of [fetched("/api/top/7"), asked("/api/top/7"), asked("/api/top/7", {}, { method: "POST" })]) {
      const refused = await handler(request, context);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("content-type")).toMatch(/problem\+json/);
    }
  });

  test("a scope that was not granted is asked for", async () => {
    const { spotify, cookie } = await unit();
    const handler = spotify.withSpotify(() => Response.json("never"), { scopes: ["user-read-email"] });
    expect((await handler(fetched("/api/x", { cookie }), context)).status).toBe(403);
    expect((await handler(opened("/api/x", { cookie }), context)).headers.get("location")).toContain("scope=user-read-email");
  });

  test("errors of ours that the handler throws are answered; others go on to Next", async () => {
    const { spotify, cookie } = await unit();
    const thrown = (failure: Error): Promise<Response> =>
      spotify.withSpotify(() => {
        throw failure;
      })(fetched("/api/x", { cookie }), context);
    expect((await thrown(new MissingScopes(["user-read-email"], origin))).status).toBe(403);
    const later = await thrown(new TemporarilyUnavailable("store", 3_000));
    expect([later.status, later.headers.get("retry-after")]).toEqual([503, "3"]);
    await expect(thrown(new Error("NEXT_REDIRECT"))).rejects.toThrow("NEXT_REDIRECT");
  });

  test("a store that is down is 503, also for those who are signed in", async () => {
    const { spotify, cookie, breakStore } = await unit();
    const handler = spotify.withSpotify(() => Response.json("fine"));
    expect((await handler(fetched("/api/x", { cookie }), context)).status).toBe(200);
    breakStore();
    expect((await handler(fetched("/api/x", { cookie }), context)).status).toBe(503);
  });

  test("S-055 an answer made knowing who asks is for this browser only; what its handler keeps closer stays as it is", async () => {
    const { spotify, cookie } = await unit();
    const headersOf = async (answer: Response): Promise<(string | null)[]> => {
      const { headers } = await spotify.withSpotify(() => answer)(fetched("/api/x", { cookie }), context);
      return [headers.get("cache-control"), headers.get("vary")];
    };
    expect(await headersOf(new Response("x"))).toEqual(["private, no-store", "Cookie"]);
    expect(await headersOf(Response.redirect("https://example.com/"))).toEqual(["private, no-store", "Cookie"]);
    expect(await headersOf(new Response("x", { headers: { "cache-control": "public, max-age=60, notprivate", vary: "Cookies" } }))).toEqual([
      "private, no-store",
      "Cookies, Cookie",
    ]);
    expect(await headersOf(new Response("x", { headers: { "cache-control": "max-age=60, Private", vary: "accept, cookie" } }))).toEqual([
      "max-age=60, Private",
      "accept, cookie",
    ]);
  });

  test("a need that is misspelt is an error at once", async () => {
    const { spotify } = await unit();
    expect(() => spotify.withSpotify(() => Response.json(1), { scope: ["user-read-email"] } as never)).toThrow(/knows no option "scope"/);
    expect(() => spotify.withSpotify(() => Response.json(1), { scopes: ["user-read-mail" as never] })).toThrow(/user-read-mail/);
  });

  test("a cookie cut short, one grown longer, one of another name, none: nobody", async () => {
    const { spotify, cookie } = await unit();
    const handler = spotify.withSpotify(() => Response.json("in"));
    for (const wrong of [cookie.slice(0, -1), `${cookie}x`, cookie.replace("=", "x="), ""])
      expect((await handler(fetched("/api/x", { cookie: wrong }), context)).status).toBe(401);
    expect((await handler(fetched("/api/x", { cookie }), context)).status).toBe(200);
  });
});
