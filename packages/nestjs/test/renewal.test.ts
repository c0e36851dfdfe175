import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Header, HttpException, type ModuleMetadata, UseGuards } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";
import type { SpotifySession } from "@refrain/core";
import { describe, expect, test } from "vitest";
import { Spotify, SpotifyGuard } from "../src/index.js";
import { navigation } from "client-kit/browser";
import { type Platform, platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

const day = 86_400_000;
const page = "/top?range=short&q=a%20b";
// Longer than any consent, so that only consents end here.
const session = { absoluteMs: 400 * day, idleMs: 400 * day };

@Controller()
@UseGuards(SpotifyGuard)
class Top {
  @Get("top")
  @Header("X-Handler", "ran")
  top(@Spotify() { user, reauthorizeBy }: SpotifySession): object {
    return { user: user.spotifyId, by: reauthorizeBy };
  }
}

/** As most apps have one: it answers everything by its status. */
@Catch()
class CatchesAll implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(status: number): void; send(body: object): void }>();
    response.status(exception instanceof HttpException ? exception.getStatus() : 500);
    response.send({ caught: true });
  }
}

describe.each(platforms)("%s: a consent near its end", (_, platform) => {
  const set = async (on: Platform, metadata: ModuleMetadata = {}): Promise<Stage & { readonly by: number }> => {
    const made = await stage(on, { controllers: [Top], options: { session }, main: (app) => app.enableCors({ origin: ["https://app.example"] }), ...metadata });
    await made.browser.open(page);
    const { by } = JSON.parse((await made.browser.fetch(page)).text) as { readonly by: number };
    await made.clock.advance(by - 7 * day - made.clock.now());
    return { ...made, by };
  };

  test.each([
    ["by itself", {}],
    ["whatever catches all exceptions", { providers: [{ provide: APP_FILTER, useClass: CatchesAll }] }],
  ])("is renewed by the next page navigation, which comes back to the same page, once: %s", async (_how, metadata) => {
    const { browser, origin, by, emulator } = await set(platform, metadata);
    const script = await browser.fetch(page);
    expect(script).toMatchObject({ status: 200, headers: { "x-handler": "ran" } });
    const sent = await browser.fetch(page, { headers: navigation });
    const login = `${origin}/auth/spotify/login?returnTo=%2Ftop%3Frange%3Dshort%26q%3Da%2520b`;
    expect(sent).toMatchObject({ status: 303, headers: { location: login, "cache-control": "private, no-store", vary: "Origin, Cookie" } });
    expect(sent.headers["x-handler"]).toBeUndefined();
    const landed = await browser.open(login.slice(origin.length));
    expect(landed).toMatchObject({ status: 200, url: origin + page });
    expect((JSON.parse(landed.text) as { by: number }).by).toBeGreaterThan(by + 150 * day);
    expect(await browser.fetch(page, { headers: navigation })).toMatchObject({ status: 200 });
    expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(2);
  });
});
