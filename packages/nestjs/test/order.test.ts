import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Query,
  Res,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from "@nestjs/core";
import { createSpotifyAuth, memoryStore, SpotifyAuthError, type SpotifySession } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import type { ServerResponse } from "node:http";
import { type Observable, tap } from "rxjs";
import { beforeEach, describe, expect, test } from "vitest";
import { Spotify, SpotifyAuthModule, SpotifyExceptionFilter, SpotifyGuard, SpotifyScopes } from "../src/index.js";
import { testingOptions } from "../src/testing/index.js";
import { navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { Recorder } from "./support/recorder.js";
import { serve } from "./support/serve.js";
import { stage } from "./support/stage.js";

const seen: string[] = [];
beforeEach(() => void seen.splice(0));

function guard(name: string, answer = true): new () => CanActivate {
  @Injectable()
  class Named implements CanActivate {
    canActivate(): boolean {
      seen.push(name);
      return answer;
    }
  }
  return Named;
}

@Injectable()
class Around implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    seen.push("interceptor");
    return next.handle().pipe(tap(() => void seen.push("interceptor, after")));
  }
}

@Injectable()
class EveryValue implements PipeTransform {
  transform(value: unknown, { type }: { readonly type: string }): unknown {
    seen.push(`pipe: ${type}`);
    // As a pipe does that validates bodies and queries: what it does not know is not its own.
    return type === "query" ? { piped: value } : value;
  }
}

@Controller()
class Ordered {
  @Get("ordered")
  @UseGuards(guard("guard before"), SpotifyGuard, guard("guard after"))
  @UseInterceptors(Around)
  ordered(@Query("q") query: unknown, @Spotify() spotify: SpotifySession): object {
    seen.push("handler");
    return { query, user: spotify.user.id };
  }

  @Get("never")
  @UseGuards(guard("guard that refuses", false), SpotifyGuard)
  never(): string {
    return "never";
  }
}

describe.each(platforms)("%s: beside other guards, interceptors and pipes", (_, platform) => {
  const providers = [
    { provide: APP_GUARD, useClass: guard("guard for all") },
    { provide: APP_PIPE, useClass: EveryValue },
    { provide: APP_INTERCEPTOR, useClass: Around },
  ];
  const main = (app: INestApplication): unknown =>
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      seen.push("middleware");
      next();
    });

  test("who is refused gets no further than the guard, and who is let through gets everything in Nest's order", async () => {
    const { origin, auth, storeReads } = await stage(platform, { controllers: [Ordered], providers, main });
    expect((await send(origin, "/ordered?q=1", { headers: script })).status).toBe(401);
    expect(seen.splice(0)).toEqual(["middleware", "guard for all", "guard before"]);

    const cookie = await signInAs(auth, { user: "mira" });
    const answer = await send(origin, "/ordered?q=1", { headers: { ...script, cookie } });
    expect(JSON.parse(answer.text)).toEqual({ query: { piped: "1" }, user: "mira" });
    expect(seen.filter((what) => !what.startsWith("pipe"))).toEqual([
      ...["middleware", "guard for all", "guard before", "guard after", "interceptor", "interceptor", "handler"],
      ...["interceptor, after", "interceptor, after"],
    ]);
    expect(seen.filter((what) => what.startsWith("pipe")).toSorted()).toEqual(["pipe: custom", "pipe: query"]);

    const reads = storeReads();
    expect((await send(origin, "/never", { headers: { ...script, cookie } })).status).toBe(403);
    expect(storeReads()).toBe(reads);
  });

  test("the sign-in routes pass no guard, pipe or interceptor, but the app's middleware", async () => {
    const { browser } = await stage(platform, {
      controllers: [Ordered],
      providers: [...providers, { provide: APP_GUARD, useClass: guard("refuses", false) }],
      main,
    });
    await browser.open("/auth/spotify/login?returnTo=/nowhere");
    expect(new Set(seen)).toEqual(new Set(["middleware"]));
    expect((await browser.fetch("/auth/spotify/session")).text).toContain('"signedIn":true');
  });
});

@Controller()
@UseGuards(SpotifyGuard)
class Failing {
  @Get("me")
  @SpotifyScopes("user-top-read")
  me(): string {
    return "me";
  }

  @Get("top")
  async top(@Spotify() spotify: SpotifySession): Promise<unknown> {
    return spotify.json("/v1/me/top/tracks");
  }

  @Get("more")
  async more(@Spotify() spotify: SpotifySession): Promise<string> {
    await spotify.token({ scopes: ["user-library-read"] });
    return "more";
  }

  @Get("theirs")
  theirs(): never {
    throw new HttpException("theirs", 418);
  }

  @Get("half")
  async half(@Spotify() spotify: SpotifySession, @Res() response: ServerResponse | { raw: ServerResponse; hijack(): void }): Promise<void> {
    if ("hijack" in response) response.hijack();
    const raw = "raw" in response ? response.raw : response;
    raw.write("half of it");
    await spotify.token({ scopes: ["user-library-read"] });
  }
}

@Catch()
class CatchesAll implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    reply(host, exception instanceof HttpException ? exception.getStatus() : 500, "caught all");
  }
}

@Catch(SpotifyAuthError)
class CatchesOurs implements ExceptionFilter {
  catch({ status, code }: SpotifyAuthError, host: ArgumentsHost): void {
    reply(host, status, `app: ${code}`);
  }
}

@Catch(SpotifyAuthError)
class Counts extends SpotifyExceptionFilter {
  override catch(exception: SpotifyAuthError, host: ArgumentsHost): unknown {
    seen.push(exception.code);
    return super.catch(exception, host);
  }
}

@Controller()
@UseGuards(SpotifyGuard)
@UseFilters(CatchesOurs)
class Filtered {
  @Get("filtered")
  filtered(): string {
    return "filtered";
  }
}

@Controller()
@UseGuards(SpotifyGuard)
class Plain {
  @Get("filtered")
  filtered(): string {
    return "filtered";
  }
}

interface EitherResponse {
  status(status: number): void;
  send(text: string): void;
}

function reply(host: ArgumentsHost, status: number, text: string): void {
  const response = host.switchToHttp().getResponse<EitherResponse>();
  response.status(status);
  response.send(text);
}

describe.each(platforms)("%s: the exception filter", (_, platform) => {
  test("tells errors of ours that a handler meets as the guard does, and leaves the others to Nest", async () => {
    const { browser, emulator } = await stage(platform, { controllers: [Failing] });
    expect(await browser.open("/top")).toMatchObject({ status: 200 });
    emulator.fault({ on: "api", kind: "rate-limit", retryAfter: 7, times: 1 });
    const limited = await browser.fetch("/top");
    expect(limited).toMatchObject({ status: 429, headers: { "retry-after": "7", "content-type": "application/problem+json" } });
    expect(JSON.parse(limited.text)).toMatchObject({ code: "rate_limited" });
    expect(JSON.parse((await browser.fetch("/more")).text)).toMatchObject({ status: 403, missing: ["user-library-read"] });
    expect(await browser.open("/more")).toMatchObject({ status: 200, text: "more" });
    expect(await browser.fetch("/theirs")).toMatchObject({ status: 418 });
  });

  test("an error after the answer has begun ends the answer and nothing else", async () => {
    const logger = new Recorder();
    const { origin, auth } = await stage(platform, { controllers: [Failing], logger });
    const headers = { ...script, cookie: await signInAs(auth, { user: "mira", scopes: ["user-top-read"] }) };
    expect(await send(origin, "/half", { headers })).toMatchObject({ status: 200, text: "half of it" });
    const errors = logger.lines.filter((line) => line.startsWith("error"));
    expect(errors).toEqual([expect.stringContaining("MissingScopes: The user has not granted")]);
    expect(await send(origin, "/me", { headers })).toMatchObject({ status: 200 });
  });

  test("an error that cannot be told in our way is told in Nest's, and ends nothing", async () => {
    const logger = new Recorder();
    const store = { ...memoryStore(), get: () => Promise.reject(new Error("The store is down.")) };
    const auth = createSpotifyAuth(testingOptions({ store, cookieName: "own" }));
    // What only looks like a SpotifyAuth, as a copy does.
    const module = { ...SpotifyAuthModule.forRoot({ ...auth }), controllers: [Plain] };
    const { origin } = await serve(platform, async (adapter) => ({ app: await NestFactory.create(module, adapter, { logger, abortOnError: false }) }));
    const cookie = `own=${"a".repeat(43)}.${"b".repeat(43)}`;
    for (let time = 0; time < 2; time++)
      expect((await send(origin, "/filtered", { headers: { ...script, cookie } })).text).toBe('{"statusCode":500,"message":"Internal server error"}');
    expect(logger.lines.filter((line) => line.startsWith("error"))).toEqual([1, 2].map(() => expect.stringContaining("createSpotifyAuth()") as string));
  });

  test("answers before a filter of the app that catches everything, and keeps out of what is not ours", async () => {
    const { browser, origin } = await stage(platform, { controllers: [Failing], providers: [{ provide: APP_FILTER, useClass: CatchesAll }] });
    expect((await send(origin, "/me", { headers: script })).status).toBe(401);
    expect(await browser.open("/me")).toMatchObject({ status: 200, url: `${origin}/me` });
    expect(await browser.fetch("/theirs")).toMatchObject({ status: 418, text: "caught all" });
  });

  test.each([
    ["bound closer", { controllers: [Filtered] }],
    ["useGlobalFilters()", { controllers: [Plain], main: (app: INestApplication) => app.useGlobalFilters(new CatchesOurs()) }],
    ["exceptionFilter: false", { controllers: [Plain], extras: { exceptionFilter: false }, providers: [{ provide: APP_FILTER, useClass: CatchesOurs }] }],
  ])("is replaced by a filter of the app's: %s", async (_how, staging) => {
    const { origin } = await stage(platform, staging);
    expect(await send(origin, "/filtered", { headers: navigation })).toMatchObject({ status: 401, text: "app: not_authenticated" });
  });

  test("is extended by a filter of the app's", async () => {
    const { browser, origin } = await stage(platform, {
      controllers: [Failing],
      extras: { exceptionFilter: false },
      providers: [{ provide: APP_FILTER, useClass: Counts }],
    });
    expect((await send(origin, "/me", { headers: script })).status).toBe(401);
    expect(await browser.open("/me")).toMatchObject({ status: 200 });
    expect(seen).toEqual(["not_authenticated", "not_authenticated"]);
  });

  test("without any filter nobody is let through, and Nest answers 500", async () => {
    const { origin } = await stage(platform, { controllers: [Failing], extras: { exceptionFilter: false } });
    const refused = await send(origin, "/me", { headers: script });
    expect(JSON.parse(refused.text)).toEqual({ statusCode: 500, message: "Internal server error" });
  });
});
