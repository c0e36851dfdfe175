import { manualClock, signInAs } from "@refrain/core/testing";
import type { GetServerSidePropsContext, NextApiRequest } from "next";
import { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createSpotify } from "../src/create-spotify.js";
import { createSpotifyPages } from "../src/pages/create-spotify-pages.js";
import { navigation } from "./support/browser.js";
import { origin } from "./support/stage.js";
import { opened, ownOptions, user } from "./support/unit.js";

const dayMs = 86_400_000;

/** One navigation to `/me`. Resolves to where it is sent, `null` = nowhere. */
type Visit = (options: ReturnType<typeof ownOptions>, cookie: string) => Promise<string | null>;

const visits: Readonly<Record<string, Visit>> = {
  async proxy(options, cookie) {
    return (await createSpotify(options).proxy(opened("/me", { cookie }))).headers.get("location");
  },
  async withSpotify(options, cookie) {
    const handler = createSpotify(options).withSpotify(() => new Response());
    return (await handler(opened("/me", { cookie }), { params: Promise.resolve({}) })).headers.get("location");
  },
  async withSpotifyPage(options, cookie) {
    const request = { method: "GET", headers: { ...navigation, cookie } } as unknown as NextApiRequest;
    const response = new ServerResponse(request);
    const context: GetServerSidePropsContext = { req: request, res: response, resolvedUrl: "/me", query: {} };
    const result = await createSpotifyPages(options).withSpotifyPage(async () => ({ props: {} }))(context);
    return "redirect" in result ? result.redirect.destination : null;
  },
};

test.each(Object.entries(visits))("%s renews a consent near its end by one navigation, which comes back to the same page", async (_, visit) => {
  const clock = manualClock();
  const options = ownOptions({ clock, session: { absoluteMs: 300 * dayMs, idleMs: 300 * dayMs } });
  const cookie = await signInAs(createSpotify(options).auth(), { user, lifetimeMs: 300 * dayMs });
  expect(await visit(options, cookie)).toBeNull();
  await clock.advance(180 * dayMs);
  expect(await visit(options, cookie)).toBe(`${origin}/auth/spotify/login?returnTo=%2Fme`);
  expect(await visit(options, cookie)).toBeNull();
});
