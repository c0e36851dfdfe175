import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import { type DynamicModule, UseGuards } from "@nestjs/common";
import { APP_GUARD, ExternalContextCreator } from "@nestjs/core";
import { type GqlModuleOptions, GraphQLModule, Query, Resolver, Subscription } from "@nestjs/graphql";
import { MercuriusDriver, type MercuriusDriverConfig } from "@nestjs/mercurius";
import type { SpotifySession } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { describe, expect, test, vi } from "vitest";
import { Spotify, SpotifyGuard, SpotifyOptional, SpotifyPublic, SpotifyScopes } from "../src/index.js";
import { script } from "client-kit/browser";
import { type Answer as Answered, send } from "client-kit/http";
import { type Platform, platforms } from "./support/platforms.js";
import { stage, type Stage, type Staging } from "./support/stage.js";
import { subscribe } from "./support/subscribe.js";

const hourMs = 3_600_000;

async function* ticks(id: string): AsyncGenerator<{ readonly tick: string }> {
  for (;;) {
    yield { tick: id };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

@Resolver()
@UseGuards(SpotifyGuard)
class Everything {
  @Query(() => String)
  me(@Spotify() spotify: SpotifySession, @Spotify("scopes") scopes: readonly string[]): string {
    return [spotify.user.id, ...scopes].join(" ");
  }

  @Query(() => String)
  async api(@Spotify() spotify: SpotifySession): Promise<string> {
    const { display_name: name } = await spotify.json<{ readonly display_name: string }>("/v1/me");
    return name;
  }

  @Query(() => String)
  @SpotifyScopes("user-library-read")
  library(): string {
    return "library";
  }

  @Query(() => String)
  @SpotifyPublic()
  open(): string {
    return "for all";
  }

  @Query(() => String)
  @SpotifyOptional()
  who(@Spotify("user") user: SpotifySession["user"] | null): string {
    return user?.id ?? "nobody";
  }

  @Subscription(() => String)
  tick(@Spotify("user") user: SpotifySession["user"]): AsyncGenerator<object> {
    return ticks(user.id);
  }
}

interface Answer {
  readonly data?: Readonly<Record<string, string>> | null;
  readonly errors?: readonly { readonly message: string; readonly path: readonly string[]; readonly extensions: Readonly<Record<string, unknown>> }[];
}

async function ask({ origin }: Stage, query: string, cookie = ""): Promise<Answer> {
  const headers = { ...script, cookie, "content-type": "application/json" };
  const { text } = await send(origin, "/graphql", { method: "POST", headers, body: JSON.stringify({ query }) });
  return JSON.parse(text) as Answer;
}

type Context = GqlModuleOptions["context"];

const apollo = (context?: Context): DynamicModule =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    graphiql: false,
    includeStacktraceInErrorResponses: true,
    subscriptions: { "graphql-ws": true },
    ...(context !== undefined && { context }),
  });
const mercurius = (context?: Context): DynamicModule =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    graphiql: false,
    subscription: { context: (socket: unknown, request: unknown) => ({ extra: { socket, request } }) } as never,
    ...(context !== undefined && { context }),
  });

const servers: readonly (readonly [name: string, platform: Platform, module: (context?: Context) => DynamicModule])[] = [
  ...platforms.map(([name, platform]) => [`${name}, Apollo`, platform, apollo] as const),
  ...platforms.filter(([, { name }]) => name === "fastify").map(([name, platform]) => [`${name}, Mercurius`, platform, mercurius] as const),
];

describe.each(servers)("%s: GraphQL", (_, platform, module) => {
  const set = ({ context, ...staging }: Staging & { readonly context?: Context } = {}): Promise<Stage> =>
    stage(platform, { imports: [module(context)], providers: [Everything], ...staging });
  const codes = ({ errors = [] }: Answer): readonly unknown[] => errors.map(({ extensions }) => extensions["code"]);

  test("the request's cookie says who it is, and the store is read once for all of an operation", async () => {
    const on = await set();
    const cookie = await signInAs(on.auth, { user: "mira", scopes: ["user-top-read"] });
    const before = on.storeReads();
    expect(await ask(on, "{ me who open }", cookie)).toEqual({ data: { me: "mira user-top-read", who: "mira", open: "for all" } });
    expect(on.storeReads()).toBe(before + 1);
    expect(await ask(on, "{ open }", cookie)).toEqual({ data: { open: "for all" } });
    expect(on.storeReads()).toBe(before + 1);
  });

  test("nobody gets an error with our code and no stack, and what is open to all beside it", async () => {
    const on = await set();
    for (const cookie of ["", "refrain=x", `${"x".repeat(4_000)}=1`]) {
      const { data, errors = [] } = await ask(on, "{ who open }", cookie);
      expect([data, errors]).toEqual([{ who: "nobody", open: "for all" }, []]);
      const refused = await ask(on, "{ me }", cookie);
      expect(refused.data).toBeNull();
      expect(refused.errors).toHaveLength(1);
      const [error] = refused.errors ?? [];
      expect(error).toMatchObject({ message: "Nobody is signed in with Spotify here. Send the user to sign in.", path: ["me"] });
      expect(error?.extensions).toMatchObject({ code: "not_authenticated", status: 401, reauthorizeUrl: `${on.origin}/auth/spotify/login` });
      expect(JSON.stringify(refused)).not.toMatch(/\bat .*:\d+:\d+|\.js|node_modules/);
    }
  });

  test("S-055 what is answered to somebody is kept from shared caches, also where it was asked for by GET", async () => {
    const on = await set();
    const cookie = await signInAs(on.auth, { user: "mira" });
    const get = (query: string): Promise<Answered> =>
      send(on.origin, `/graphql?query=${encodeURIComponent(query)}`, { headers: { ...script, cookie, "apollo-require-preflight": "1" } });
    for (const query of ["{ me }", "{ who }", "{ library }"]) expect((await get(query)).headers["cache-control"]).toMatch(/\bno-store\b/);
    expect((await get("{ me }")).text).toContain("mira");
  });

  test("scopes that are missing are named", async () => {
    const on = await set();
    const refused = await ask(on, "{ library }", await signInAs(on.auth, { user: "mira" }));
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "missing_scopes", status: 403, missing: ["user-library-read"] });
  });

  test("20 operations at once when the token has expired: one refresh, every one is answered", async () => {
    const on = await set();
    await on.browser.open("/auth/spotify/login");
    await on.clock.advance(hourMs);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(on, "{ api again: api }", on.browser.cookie())));
    expect(answers).toEqual(answers.map(() => ({ data: { api: "Mira Sandoval", again: "Mira Sandoval" } })));
    expect(on.emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
  });

  test("the guard for all guards resolvers, but for what is public", async () => {
    @Resolver()
    class Plain {
      @Query(() => String)
      me(@Spotify("user") user: SpotifySession["user"]): string {
        return user.id;
      }

      @Query(() => String)
      @SpotifyPublic()
      open(): string {
        return "for all";
      }
    }
    const on = await set({ providers: [Plain, { provide: APP_GUARD, useExisting: SpotifyGuard }] });
    expect(await ask(on, "{ me open }", await signInAs(on.auth, { user: "mira" }))).toEqual({ data: { me: "mira", open: "for all" } });
    expect(codes(await ask(on, "{ me }"))).toEqual(["not_authenticated"]);
    expect(await ask(on, "{ open }")).toEqual({ data: { open: "for all" } });
  });

  test("@Spotify() without the guard is an error that only the log explains", async () => {
    @Resolver()
    class Unguarded {
      @Query(() => String)
      me(@Spotify("user") user: SpotifySession["user"]): string {
        return user.id;
      }
    }
    const on = await set({ providers: [Unguarded] });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { errors } = await ask(on, "{ me }", await signInAs(on.auth, { user: "mira" }));
    expect(errors?.[0]).toMatchObject({
      message: "This app is not set up correctly. Its log says what to change.",
      extensions: { code: "configuration_error" },
    });
    expect(warned.mock.calls[0]?.[0]).toContain("@Spotify() needs SpotifyGuard before it");
    warned.mockRestore();
  });

  test.each<[name: string, context: Context]>([
    ["an object", { app: "own" }],
    ["a function that hands the request on as req", (request: { readonly req?: object }) => ({ req: request.req ?? request })],
    ["a function that hands it on as request", (request: { readonly req?: object }) => ({ req: undefined, request: request.req ?? request })],
  ])("finds the request in a context of the app's own: %s", async (_name, context) => {
    const on = await set({ context });
    expect(await ask(on, "{ who }", await signInAs(on.auth, { user: "mira" }))).toEqual({ data: { who: "mira" } });
  });

  describe("subscriptions", () => {
    test("the cookie of the handshake says who it is, and signing out ends the socket", async () => {
      const on = await set();
      const [mira, teo] = [subscribe(on, await signInAs(on.auth, { user: "mira" })), subscribe(on, await signInAs(on.auth, { user: "teo" }))];
      expect(await mira.next()).toEqual({ data: { tick: "mira" } });
      expect(await teo.next()).toEqual({ data: { tick: "teo" } });
      await on.auth.signOut("mira");
      expect(await mira.ended).toMatchObject({ code: 4401, reason: "not_authenticated" });
      expect(await teo.next()).toEqual({ data: { tick: "teo" } });
    });

    test("nobody gets the error that a request gets", async () => {
      const { ended, next } = subscribe(await set(), "");
      const told = await Promise.race([ended, next()]);
      const [error] = Array.isArray(told) ? told : ((told as Answer).errors ?? []);
      expect(error).toMatchObject({
        message: "Nobody is signed in with Spotify here. Send the user to sign in.",
        extensions: { code: "not_authenticated", status: 401 },
      });
    });

    test("S-040 a page of another site that opens a socket in the user's name is turned away, whatever it says later", async () => {
      const on = await set();
      const { ended } = subscribe(on, await signInAs(on.auth, { user: "mira" }), "https://evil.example", { headers: { "sec-fetch-site": "same-origin" } });
      expect(await ended).toMatchObject({ code: 4403, reason: "foreign_origin" });
    });
  });
});

test("S-040 where Mercurius keeps its sockets to itself, another site's subscription is refused all the same", async () => {
  const server = GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true, graphiql: false, subscription: true });
  const [, platform] = platforms[1] ?? [];
  if (platform === undefined) throw new Error("No Fastify.");
  const on = await stage(platform, { imports: [server], providers: [Everything] });
  const cookie = await signInAs(on.auth, { user: "mira" });
  expect(await subscribe(on, cookie).next()).toEqual({ data: { tick: "mira" } });
  const foreign = subscribe(on, cookie, "https://evil.example", { headers: { "sec-fetch-site": "same-origin" } });
  expect(await Promise.race([foreign.ended, foreign.next()])).toMatchObject([{ message: "Forbidden resource" }]);
});

describe.each(platforms)("%s", (_, platform) => {
  test("resolvers that get no arguments, as those of references, are guarded by the same context", async () => {
    const { app, auth } = await stage(platform, { providers: [Everything] });
    const everything = app.get(Everything);
    const creator = app.get(ExternalContextCreator);
    const resolve = creator.create(everything, everything.library, "library", undefined, undefined, undefined, undefined, undefined, "graphql");
    const cookie = await signInAs(auth, { user: "mira", scopes: ["user-library-read"] });
    const answer = (headers: object): Promise<unknown> => resolve({ __typename: "Track" }, { req: { headers } }, { fieldNodes: [] });
    await expect(answer({})).rejects.toMatchObject({ extensions: { code: "not_authenticated" } });
    expect(await answer({ cookie })).toBe("library");
  });

  test.each([{ req: {} }, "none"])("a context without a request is refused, and the log says what to write: %j", async (context) => {
    const on = await stage(platform, { imports: [apollo(() => context)], providers: [Everything] });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { data, errors } = await ask(on, "{ open who }", await signInAs(on.auth, { user: "mira" }));
    expect(data).toBeNull();
    expect(errors?.[0]).toMatchObject({ path: ["who"], extensions: { code: "configuration_error" } });
    expect(warned.mock.calls[0]?.[0]).toContain("context: ({ req }) => ({ req })");
    warned.mockRestore();
  });

  test("a schema that was written first is guarded as well", async () => {
    @Resolver("Query")
    class Written {
      @Query("me")
      @UseGuards(SpotifyGuard)
      me(@Spotify("user") user: SpotifySession["user"]): string {
        return user.id;
      }
    }
    const server = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs: "type Query { me: String! }", graphiql: false });
    const on = await stage(platform, { imports: [server], providers: [Written] });
    expect(await ask(on, "{ me }", await signInAs(on.auth, { user: "mira" }))).toEqual({ data: { me: "mira" } });
    expect((await ask(on, "{ me }")).errors?.[0]?.extensions).toMatchObject({ code: "not_authenticated" });
  });
});
