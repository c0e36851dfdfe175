import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import { applyDecorators, Controller, Get, Inject, UseGuards } from "@nestjs/common";
import { GraphQLModule, Query, Resolver, Subscription } from "@nestjs/graphql";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import { LoginFailed, memoryStore, type SpotifySession, type Store } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { readdirSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { Spotify, SpotifyAuthService, SpotifyGuard, SpotifyScopes } from "../src/index.js";
import { navigation } from "client-kit/browser";
import { send } from "client-kit/http";
import { blocksIn, tableIn } from "./support/page.js";
import { type Platform, platforms } from "./support/platforms.js";
import { type SocketClient, type SocketKind, socketIo, ws } from "./support/sockets.js";
import { stage, type Stage } from "./support/stage.js";
import { type Heard, subscribe } from "./support/subscribe.js";

const hourMs = 3_600_000;

/** One handler for all that there is: `GET /name`, `query { name }` and the message `name`. */
const On = (name: string): MethodDecorator =>
  applyDecorators(
    Get(name),
    Query(() => String, { name }),
    SubscribeMessage(name),
  );

@Controller()
@Resolver()
@WebSocketGateway()
class Handlers {
  readonly #service: SpotifyAuthService;

  constructor(@Inject(SpotifyAuthService) service: SpotifyAuthService) {
    this.#service = service;
  }

  @On("me")
  @UseGuards(SpotifyGuard)
  async me(@Spotify() spotify: SpotifySession): Promise<string> {
    return JSON.stringify(await spotify.json("/v1/me"));
  }

  @On("library")
  @UseGuards(SpotifyGuard)
  @SpotifyScopes("user-library-read")
  library(): string {
    return "library";
  }

  @Subscription(() => String)
  @UseGuards(SpotifyGuard)
  async *tick(): AsyncGenerator<object> {
    yield { tick: "once" };
    await new Promise(() => undefined);
  }

  @On("unguarded")
  unguarded(@Spotify("id") id: string): string {
    return id;
  }

  @On("damaged")
  async damaged(): Promise<string> {
    return (await this.#service.forUser("damaged").status()).phase + String(await this.#service.forUser("damaged").token());
  }

  @On("thrown")
  thrown(): string {
    throw new LoginFailed("refused", "https://app.example/auth/spotify/login");
  }
}

/** How each error is come by, and from which handler. */
const causes: Readonly<Record<string, readonly [handler: string, prepare: (on: Prepared) => unknown]>> = {
  NotAuthenticated: ["me", (on) => on.browser.cookies.clear()],
  ReauthorizationRequired: ["me", async (on) => (on.emulator.revoke("mira"), on.clock.advance(hourMs))],
  MissingScopes: ["library", () => undefined],
  NotAllowlisted: ["me", (on) => on.emulator.fault({ on: "api", kind: "not-allowlisted" })],
  RateLimited: ["me", (on) => on.emulator.fault({ on: "api", kind: "rate-limit", retryAfter: 7 })],
  TemporarilyUnavailable: ["me", (on) => on.breakStore()],
  LoginFailed: ["thrown", () => undefined],
  RequestRefused: ["me", (on) => on.emulator.fault({ on: "api", kind: "status", status: 418 })],
  ConfigurationError: ["unguarded", () => undefined],
  IntegrityError: ["damaged", (on) => on.damage()],
};

interface Prepared extends Stage {
  /** Changes what is stored of the user `damaged`. */
  damage(): Promise<void>;
}

async function set(platform: Platform, kind: SocketKind): Promise<Prepared> {
  const memory = memoryStore();
  let last = "";
  const store: Store = { ...memory, swap: (key, ...what) => memory.swap((last = key), ...what) };
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    graphiql: false,
    subscriptions: { "graphql-ws": true },
  });
  const main: Parameters<typeof stage>[1]["main"] = (app) => app.useWebSocketAdapter(kind.adapter(app));
  const on = await stage(platform, { imports: [graphql], controllers: [Handlers], providers: [Handlers], store, main });
  await on.browser.open("/auth/spotify/login");
  const damage = async (): Promise<void> => {
    await signInAs(on.auth, { user: "damaged" });
    await memory.swap(last, await memory.get(last), "damaged");
  };
  return { ...on, damage };
}

type Fields = Readonly<Record<string, unknown>>;
const plain = ["type", "title", "status", "code", "detail", "cause"];
const quote = (...words: readonly unknown[]): string => words.map((word) => `\`${String(word)}\``).join(" ");

/** What is told to a program: how it comes, the code, and what else is in it. */
function cell(how: string, told: Fields): string {
  const more = Object.keys(told).filter((name) => !plain.includes(name));
  return quote(how, told["code"], ...more);
}

interface Told {
  readonly cell: string;
  /** That of the answer, or that it tells of. */
  readonly status: unknown;
  readonly told: unknown;
}

const columns: Readonly<Record<string, (on: Stage, handler: string, socket: SocketClient) => Promise<Told>>> = {
  async navigation({ origin, browser }, handler) {
    const { status, headers, text } = await send(origin, `/${handler}`, { headers: { ...navigation, cookie: browser.cookie() } });
    const { location } = headers;
    if (location !== undefined) return { cell: quote(status, location.replace(origin, "")), status, told: location };
    return { cell: `${quote(status)} ${/<h1[^>]*>([^<]+)</.exec(text)?.[1]}`, status, told: text };
  },
  async fetch({ origin, browser }, handler) {
    const answer = await fetch(`${origin}/${handler}`, { headers: { cookie: browser.cookie() } });
    const told = (await answer.json()) as Fields;
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.headers.has("retry-after")).toBe(told["retryAfterMs"] !== undefined);
    expect(told["status"]).toBe(answer.status);
    return { cell: cell(String(answer.status), told), status: told["status"], told };
  },
  async graphql({ origin, browser }, handler) {
    const headers = { cookie: browser.cookie(), "content-type": "application/json" };
    const answer = await fetch(`${origin}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: `{ ${handler} }` }) });
    const { errors } = (await answer.json()) as { readonly errors: readonly { readonly extensions: Fields }[] };
    expect(errors).toHaveLength(1);
    const { extensions = {} } = errors[0] ?? {};
    return { cell: cell(String(answer.status), extensions), status: extensions["status"], told: errors[0] };
  },
  socket: async (_on, handler, socket) => {
    const { event, data } = await socket.ask(handler);
    const told = data as Fields;
    expect(told).toMatchObject({ cause: { pattern: handler } });
    return { cell: cell(event, told), status: told["status"], told: { event, data } };
  },
};

const mira = "acc-6f1c0a52d9e84b7c";
const rows = tableIn("contexts.md", "Errors");
const ends = tableIn("contexts.md", "Ends of sockets");
const classes = readdirSync(new URL("../../core/src/errors/", import.meta.url));

test("contexts.md has a row for every class of error, and each is produced", () => {
  const named = classes
    .filter((file) => file !== "spotify-auth-error.ts")
    .map((file) => file.replace(/(?:^|-|\.ts$)(\w?)/g, (_, letter: string) => letter.toUpperCase()));
  expect(rows.map((row) => String(row["class"]).replaceAll("`", "")).toSorted()).toEqual(named.toSorted());
  expect(Object.keys(causes).toSorted()).toEqual(named.toSorted());
});

describe.each(platforms)("%s: contexts.md says what every kind of context answers", (_, platform) => {
  test.each(Object.entries(causes))("%s", async (name, [handler, prepare]) => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const answered: Record<string, string> = { class: `\`${name}\`` };
    for (const kind of [ws, socketIo]) {
      const on = await set(platform, kind);
      await prepare(on);
      const socket = await kind.connect(on.origin, { origin: on.origin, cookie: on.browser.cookie() });
      const statuses = new Set<unknown>();
      for (const [column, ask] of Object.entries(columns)) {
        const heading = column === "socket" ? kind.name : column;
        const { cell: said, status } = await ask(on, handler, socket);
        expect([said, answered[heading] ?? said]).toEqual([said, said]);
        answered[heading] = said;
        if (column !== "navigation") statuses.add(status);
      }
      expect([...statuses]).toEqual([expect.any(Number)]);
    }
    expect(rows.find((row) => row["class"] === answered["class"])).toEqual(answered);
    vi.restoreAllMocks();
  });

  test("the examples are what is answered", async () => {
    const on = await set(platform, ws);
    on.browser.cookies.clear();
    const socket = await ws.connect(on.origin, { origin: on.origin });
    const told: unknown[] = [];
    for (const name of ["fetch", "graphql", "socket"]) told.push((await columns[name]?.(on, "me", socket))?.told);
    const examples = blocksIn("contexts.md", "json").map((block) => JSON.parse(block) as unknown);
    expect(JSON.parse(JSON.stringify(told).replaceAll(on.origin, "https://app.example"))).toEqual(examples);
  });

  // platform-ws destroys what comes for graphql-ws, so subscriptions stand beside socket.io here.
  const closeCode = async ({ ended }: Heard): Promise<string> => quote(((await ended) as { readonly code: number }).code);
  const end = async (socket: SocketClient): Promise<string> => {
    const { event, data } = await socket.hear();
    return `${cell(event, { code: (data as Fields)["code"] })}, ${quote(await socket.ended)}`;
  };

  test("the session is over", async () => {
    const answered: Record<string, string> = { what: "The session is over" };
    for (const kind of [ws, socketIo]) {
      const on = await set(platform, kind);
      const socket = await kind.connect(on.origin, { origin: on.origin, cookie: on.browser.cookie() });
      await socket.ask("library");
      const subscription = kind === socketIo ? subscribe(on, on.browser.cookie()) : null;
      await subscription?.next();
      await on.auth.signOut(mira);
      answered[kind.name] = await end(socket);
      if (subscription !== null) answered["graphql"] = await closeCode(subscription);
    }
    expect(ends[0]).toEqual(answered);
  });

  test("another site's page opened the socket", async () => {
    const evil = "https://evil.example";
    const answered: Record<string, string> = { what: "Another site's page opened the socket" };
    for (const kind of [ws, socketIo]) {
      const on = await set(platform, kind);
      const socket = await kind.connect(on.origin, { origin: evil, cookie: on.browser.cookie() });
      if (kind === socketIo) socket.say("library");
      answered[kind.name] = await end(socket);
      if (kind === socketIo) answered["graphql"] = await closeCode(subscribe(on, on.browser.cookie(), evil));
    }
    expect(ends[1]).toEqual(answered);
  });
});
