import { MissingScopes, TemporarilyUnavailable } from "@refrain/core";
import type { GetServerSidePropsContext, NextApiRequest, NextApiResponse } from "next";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SpotifyOptions } from "../src/options.js";
import { createSpotifyPages, type SpotifyPages } from "../src/pages/create-spotify-pages.js";
import { navigation, script, send } from "./support/browser.js";
import { origin } from "./support/stage.js";
import { type Unit, unit, user } from "./support/unit.js";

interface Staged extends Unit {
  readonly pages: SpotifyPages;
  readonly port: number;
  /** What the wrappers threw. */
  readonly thrown: readonly unknown[];
}

/** Serves what `serve` makes of the pages' wrappers on plain HTTP, as Next calls it. */
async function staged(
  serve: (pages: SpotifyPages) => (request: NextApiRequest, response: NextApiResponse) => Promise<unknown>,
  options: SpotifyOptions = {},
): Promise<Staged> {
  const one = await unit(options);
  const pages = createSpotifyPages(one.options);
  const handler = serve(pages);
  const thrown: unknown[] = [];
  const server = createServer((request, response) => {
    handler(request as NextApiRequest, response as NextApiResponse).catch((error: unknown) => {
      thrown.push(error);
      if (response.headersSent) return response.destroy();
      response.statusCode = 500;
      return response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { ...one, pages, thrown, port: (server.address() as AddressInfo).port };
}

describe("withSpotifyApi", () => {
  test("somebody: the handler, and an answer that is kept from shared caches; nobody: 401 or a redirect", async () => {
    const { port, cookie } = await staged(({ withSpotifyApi }) => withSpotifyApi((_request, response, { spotify }) => void response.end(spotify.user.id)));
    expect(await send(port, "/api/x", { headers: { ...script, cookie } })).toMatchObject({
      status: 200,
      text: user,
      headers: { "cache-control": "private, no-store", vary: "Cookie" },
    });
    expect(await send(port, "/api/x", { headers: script })).toMatchObject({ status: 401, headers: { "cache-control": "private, no-store" } });
    expect(await send(port, "/api/x?y=1", { headers: navigation })).toMatchObject({
      status: 303,
      headers: { location: `${origin}/auth/spotify/login?returnTo=%2Fapi%2Fx%3Fy%3D1` },
    });
  });

  test("a missing scope is 403, a store that is down 503 with Retry-After", async () => {
    const { port, cookie, breakStore } = await staged(({ withSpotifyApi }) => withSpotifyApi(() => undefined, { scopes: ["user-read-email"] }));
    expect((await send(port, "/api/x", { headers: { ...script, cookie } })).status).toBe(403);
    breakStore();
    const answer = await send(port, "/api/x", { headers: { ...script, cookie } });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });

  test("errors of ours that the handler throws are answered while they can be; others go on to Next", async () => {
    const next: { error: Error; late: boolean } = { error: new Error("the app's own"), late: false };
    const { port, cookie, thrown } = await staged(({ withSpotifyApi }) =>
      withSpotifyApi((_request, response) => {
        if (next.late) response.write("begun");
        throw next.error;
      }),
    );
    const ask = () => send(port, "/api/x", { headers: { ...script, cookie } });
    expect(await ask()).toMatchObject({ status: 500, text: "Error: the app's own" });
    next.error = new TemporarilyUnavailable("store", 2_000);
    expect(await ask()).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
    next.late = true;
    await expect(ask()).rejects.toThrow(/aborted|hang up/);
    expect(thrown.at(-1)).toBe(next.error);
  });

  test("a need that is misspelt is an error at once", async () => {
    const { pages } = await staged(({ withSpotifyApi }) => withSpotifyApi(() => undefined));
    expect(() => pages.withSpotifyApi(() => undefined, { scope: [] } as never)).toThrow(/withSpotifyApi\(\) knows no option/);
    expect(() => pages.withSpotifyPage(async () => ({ props: {} }), { scope: [] } as never)).toThrow(/withSpotifyPage\(\) knows no option/);
  });
});

test("where Spotify is linked, the app says from the request who it is: the Pages Router has no next/headers", async () => {
  const linked = { subject: (request: IncomingMessage | undefined) => (request?.headers["x-app-user"] as string | undefined) ?? null };
  const wrappers = [
    ({ withSpotifyApi }: SpotifyPages) => withSpotifyApi((_request, response, { spotify }) => void response.end(spotify.user.id)),
    ({ withSpotifyPage }: SpotifyPages) => {
      const page = withSpotifyPage(async ({ spotify }) => ({ props: { user: spotify.user.id } }));
      return async (req: NextApiRequest, res: NextApiResponse) => res.end(JSON.stringify(await page({ req, res, resolvedUrl: "/x", query: {} })));
    },
  ];
  for (const serve of wrappers) {
    const { port } = await staged(serve, linked);
    expect((await send(port, "/x", { headers: { ...navigation, "x-app-user": user } })).text).toContain(user);
    const away = await send(port, "/x", { headers: navigation });
    expect(away.headers.location ?? away.text).toContain("/auth/spotify/login?returnTo=%2Fx");
  }
});

describe("withSpotifyPage", () => {
  const about = (request: NextApiRequest, response: NextApiResponse): GetServerSidePropsContext => ({
    req: request,
    res: response,
    resolvedUrl: request.url ?? "",
    query: {},
    locale: "de",
    defaultLocale: "en",
  });
  const served = (getProps: Parameters<SpotifyPages["withSpotifyPage"]>[0] = async ({ spotify }) => ({ props: { user: spotify.user.id } })) =>
    staged(({ withSpotifyPage }) => async (request, response) => {
      const result = await withSpotifyPage(getProps, { scopes: ["user-top-read"] })(about(request, response));
      response.end(JSON.stringify(result));
    });

  test("somebody: the props; nobody: a redirect to sign in and back to the page in its language", async () => {
    const { port, cookie } = await served();
    const page = await send(port, "/legacy?x=1", { headers: { ...navigation, cookie } });
    expect(page.headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
    expect(JSON.parse(page.text)).toEqual({ props: { user } });
    const away = await send(port, "/legacy?x=1", { headers: navigation });
    expect(JSON.parse(away.text)).toEqual({ redirect: { destination: `${origin}/auth/spotify/login?returnTo=%2Fde%2Flegacy%3Fx%3D1`, statusCode: 303 } });
  });

  test("a permission that Spotify takes for missing although it was granted sends nobody round in a circle", async () => {
    const { port, cookie } = await served(() => Promise.reject(new MissingScopes(["user-top-read"], origin, true)));
    const answer = await send(port, "/legacy", { headers: { ...navigation, cookie } });
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining("MissingScopes")]);
  });

  test("what the page throws goes on to Next, and so does a store that is down", async () => {
    const { port, cookie, breakStore } = await served(() => Promise.reject(new Error("the page's own")));
    expect(await send(port, "/legacy", { headers: { ...navigation, cookie } })).toMatchObject({ status: 500, text: "Error: the page's own" });
    breakStore();
    expect((await send(port, "/legacy", { headers: { ...navigation, cookie } })).text).toContain("TemporarilyUnavailable");
  });
});
