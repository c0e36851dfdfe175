import { Controller, Get, Header, type INestApplication, type MessageEvent, Redirect, Req, Res, Scope, Sse, StreamableFile, UseGuards } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Observable, of } from "rxjs";
import { describe, expect, test } from "vitest";
import { Spotify, SpotifyGuard } from "../src/index.js";
import { script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage } from "./support/stage.js";

type EitherResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): void };

@Controller({ scope: Scope.REQUEST })
@UseGuards(SpotifyGuard)
class Handlers {
  @Get("plain")
  plain(@Spotify("user") { id }: SpotifySession["user"]): string {
    return id;
  }

  @Sse("events")
  events(@Spotify("user") { id }: SpotifySession["user"]): Observable<MessageEvent> {
    return of({ data: id });
  }

  @Get("file")
  file(@Spotify("user") { id }: SpotifySession["user"]): StreamableFile {
    return new StreamableFile(Buffer.from(id));
  }

  @Get("raw")
  raw(@Res() response: EitherResponse, @Spotify("user") { id }: SpotifySession["user"]): void {
    if ("hijack" in response) response.hijack();
    ("raw" in response ? response.raw : response).end(id);
  }

  @Get("redirected")
  @Redirect("/plain")
  redirected(@Req() _request: IncomingMessage): void {}

  @Get("kept")
  @Header("Cache-Control", "private, max-age=60")
  kept(@Spotify("user") { id }: SpotifySession["user"]): string {
    return id;
  }
}

describe.each(platforms)("%s: an answer made for somebody", (_, platform) => {
  test.each(["plain", "events", "file", "raw", "redirected"])("is kept from shared caches, however it is made: %s", async (path) => {
    const { origin, auth } = await stage(platform, { controllers: [Handlers] });
    expect((await send(origin, `/${path}`, { headers: script })).status).toBe(401);
    const cookie = await signInAs(auth, { user: "mira" });
    const answer = await send(origin, `/${path}`, { headers: { ...script, cookie } });
    expect(answer.status).toBe(path === "redirected" ? 302 : 200);
    if (path !== "redirected") expect(answer.text).toContain("mira");
    expect(answer.headers["cache-control"]).toMatch(/private|no-store/);
    expect(answer.headers["vary"]).toContain("Cookie");
  });

  test.each(["CDN-Cache-Control", "Surrogate-Control"])("is kept from those that go by %s, too", async (name) => {
    const main = (app: INestApplication): void => {
      app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
        response.setHeader(name, "max-age=60");
        next();
      });
    };
    const { origin, auth } = await stage(platform, { controllers: [Handlers], main });
    expect((await send(origin, "/nothing", { headers: script })).headers).toHaveProperty(name.toLowerCase());
    expect((await send(origin, "/plain", { headers: script })).headers).not.toHaveProperty(name.toLowerCase());
    const cookie = await signInAs(auth, { user: "mira" });
    for (const path of ["/plain", "/raw", "/auth/spotify/session"]) {
      expect((await send(origin, path, { headers: { ...script, cookie } })).headers).not.toHaveProperty(name.toLowerCase());
    }
  });

  test("is as private as the handler says, where it says so", async () => {
    const { origin, auth } = await stage(platform, { controllers: [Handlers] });
    const cookie = await signInAs(auth, { user: "mira" });
    const answer = await send(origin, "/kept", { headers: { ...script, cookie } });
    expect(answer.headers).toMatchObject({ "cache-control": "private, max-age=60", vary: "Cookie" });
  });
});
