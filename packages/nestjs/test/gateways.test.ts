import { type CanActivate, UseGuards } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { WsAdapter } from "@nestjs/platform-ws";
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import { createSpotifyAuth, memoryStore, NotAuthenticated, type SpotifySession } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { finalize, firstValueFrom, interval, map, type Observable, ReplaySubject, Subject } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import { Spotify, SpotifyGuard, SpotifyOptional, SpotifyPublic, SpotifyScopes } from "../src/index.js";
import { platforms } from "./support/platforms.js";
import { type Frame, gateways, type SocketClient } from "./support/sockets.js";
import { stage, type Stage, type Staging } from "./support/stage.js";

const hourMs = 3_600_000;
const streams = { running: 0 };

@WebSocketGateway()
@UseGuards(SpotifyGuard)
class Gateway {
  @SubscribeMessage("me")
  me(@Spotify() spotify: SpotifySession, @Spotify("scopes") scopes: readonly string[]): Frame {
    return { event: "me", data: { id: spotify.user.id, scopes } };
  }

  @SubscribeMessage("api")
  async api(@Spotify() spotify: SpotifySession): Promise<Frame> {
    const { display_name: name } = await spotify.json<{ readonly display_name: string }>("/v1/me");
    return { event: "api", data: name };
  }

  @SubscribeMessage("library")
  @SpotifyScopes("user-library-read")
  library(): Frame {
    return { event: "library", data: [] };
  }

  @SubscribeMessage("open")
  @SpotifyPublic()
  open(): Frame {
    return { event: "open", data: "for all" };
  }

  @SubscribeMessage("who")
  @SpotifyOptional()
  who(@Spotify("user") user: SpotifySession["user"] | null): Frame {
    return { event: "who", data: user?.id ?? "nobody" };
  }

  @SubscribeMessage("stream")
  stream(@Spotify() spotify: SpotifySession): Observable<Frame> {
    streams.running += 1;
    return interval(5).pipe(
      map(() => ({ event: "tick", data: spotify.user.id })),
      finalize(() => (streams.running -= 1)),
    );
  }
}

@WebSocketGateway()
class Unguarded {
  @SubscribeMessage("guarded")
  @UseGuards(SpotifyGuard)
  guarded(@Spotify("user") user: SpotifySession["user"]): Frame {
    return { event: "guarded", data: user.id };
  }

  @SubscribeMessage("unguarded")
  unguarded(@Spotify("user") user: SpotifySession["user"]): Frame {
    return { event: "unguarded", data: user.id };
  }
}

const signedOut = {
  event: "exception",
  data: { status: 401, code: "not_authenticated", reauthorizeUrl: expect.stringMatching(/\/auth\/spotify\/login$/) as string },
};

describe.each(gateways)("%s: a gateway", (_, platform, kind) => {
  const end = kind.name === "ws" ? { signedOut: 4401, foreign: 4403 } : { signedOut: "io server disconnect", foreign: "io server disconnect" };
  const set = (staging: Staging = {}): Promise<Stage> =>
    stage(platform, { providers: [Gateway], main: (app) => app.useWebSocketAdapter(kind.adapter(app)), ...staging });
  const connect = ({ origin }: Stage, cookie: string): Promise<SocketClient> => kind.connect(origin, { origin, cookie });
  const signedIn = async (on: Stage, user = "mira"): Promise<SocketClient> => connect(on, await signInAs(on.auth, { user, scopes: ["user-top-read"] }));
  const atSpotify = async (on: Stage): Promise<SocketClient> => {
    await on.browser.open("/auth/spotify/login");
    return connect(on, on.browser.cookie());
  };

  test("the cookie of the handshake says who it is", async () => {
    const socket = await signedIn(await set());
    expect(await socket.ask("me")).toEqual({ event: "me", data: { id: "mira", scopes: ["user-top-read"] } });
    expect(await socket.ask("who")).toEqual({ event: "who", data: "mira" });
  });

  test("nobody is told so, and stays connected for what is open to all", async () => {
    const on = await set();
    for (const cookie of ["", "refrain=x", `${"x".repeat(4_000)}=1`]) {
      const socket = await connect(on, cookie);
      expect(await socket.ask("me")).toMatchObject({ ...signedOut, data: { cause: { pattern: "me" } } });
      expect(await socket.ask("open")).toEqual({ event: "open", data: "for all" });
      expect(await socket.ask("who")).toEqual({ event: "who", data: "nobody" });
    }
  });

  test("a handler that others may use reads no store, and one behind the guard reads it once for each message", async () => {
    const on = await set();
    const socket = await signedIn(on);
    const before = on.storeReads();
    await socket.ask("open");
    expect(on.storeReads()).toBe(before);
    await socket.ask("me");
    expect(on.storeReads()).toBe(before + 1);
    await socket.ask("me");
    expect(on.storeReads()).toBe(before + 2);
  });

  test("scopes that are missing are named", async () => {
    const on = await set();
    const socket = await signedIn(on);
    const reauthorizeUrl = `${on.origin}/auth/spotify/login?scope=user-library-read`;
    const data = { status: 403, code: "missing_scopes", missing: ["user-library-read"], reauthorizeUrl };
    expect(await socket.ask("library")).toMatchObject({ event: "exception", data });
    expect(await socket.ask("me")).toMatchObject({ event: "me" });
  });

  test("scopes that were granted since count with the next message", async () => {
    const on = await set();
    const cookie = await signInAs(on.auth, { user: "mira" });
    const socket = await connect(on, cookie);
    expect(await socket.ask("library")).toMatchObject({ event: "exception" });
    await signInAs(on.auth, { user: "mira", scopes: ["user-library-read"] });
    expect(await socket.ask("library")).toMatchObject({ event: "library" });
  });

  test("20 messages at once when the token has expired: one refresh, every one is answered", async () => {
    const on = await set();
    const socket = await atSpotify(on);
    await on.clock.advance(hourMs);
    const answers = await Promise.all(Array.from({ length: 20 }, () => socket.ask("api")));
    expect(answers).toEqual(answers.map(() => ({ event: "api", data: "Mira Sandoval" })));
    expect(on.emulator.tokenCalls({ grantType: "refresh_token" })).toBe(1);
  });

  test("a socket that is open for hours has a usable token all the time", async () => {
    const on = await set();
    const socket = await atSpotify(on);
    for (let hour = 0; hour < 2; hour++) {
      await on.clock.advance(hourMs);
      expect(await socket.ask("api")).toEqual({ event: "api", data: "Mira Sandoval" });
    }
    expect(on.emulator.tokenCalls({ grantType: "refresh_token" })).toBe(2);
  });

  test("signing out closes the user's sockets, and streams on them end", async () => {
    const on = await set();
    const [one, other, someone] = [await signedIn(on), await signedIn(on), await signedIn(on, "teo")];
    expect(await one.ask("stream")).toEqual({ event: "tick", data: "mira" });
    expect(await other.ask("me")).toMatchObject({ event: "me" });
    expect(await someone.ask("me")).toMatchObject({ event: "me" });
    await on.auth.signOut("mira");
    for (const socket of [one, other]) {
      const last = await vi.waitUntil(async () => {
        const frame = await socket.hear();
        return frame.event !== "tick" && frame;
      });
      expect(last).toMatchObject(signedOut);
      expect(await socket.ended).toBe(end.signedOut);
    }
    await expect.poll(() => streams.running).toBe(0);
    expect(await someone.ask("me")).toMatchObject({ event: "me", data: { id: "teo" } });
  });

  test("a session that another process has ended, unheard of here, closes its socket with the next message", async () => {
    const { watch: _watch, ...store } = memoryStore();
    const secret = randomBytes(32).toString("base64url");
    const on = await set({ store, options: { secret } });
    const there = createSpotifyAuth({ clientId: "stage", redirectUri: "http://127.0.0.1:3000/callback", secret, store });
    const [one, other] = [await signedIn(on), await signedIn(on)];
    await one.ask("me");
    await other.ask("who");
    await there.signOut("mira");
    expect(await one.ask("me")).toMatchObject(signedOut);
    other.say("who");
    for (const socket of [one, other]) expect(await socket.ended).toBe(end.signedOut);
  });

  test("a session that is over by time closes its socket within 30 seconds, and being connected does not keep it alive", async () => {
    const on = await set({ options: { session: { absoluteMs: hourMs, idleMs: hourMs / 6 } } });
    const socket = await signedIn(on);
    await socket.ask("me");
    await on.clock.advance(hourMs / 6 + 30_000);
    expect(await socket.hear()).toMatchObject(signedOut);
    expect(await socket.ended).toBe(end.signedOut);
  });

  test("a store that is down closes nothing: messages are refused for the time being", async () => {
    const on = await set();
    const socket = await signedIn(on);
    await socket.ask("me");
    on.breakStore();
    await on.clock.advance(45_000);
    expect(await socket.ask("me")).toMatchObject({ event: "exception", data: { status: 503, code: "temporarily_unavailable" } });
    expect(await socket.ask("open")).toMatchObject({ event: "open" });
  });

  test("S-040 a page of another site that opens a socket in the user's name is turned away", async () => {
    const on = await set();
    const heard: unknown[] = [];
    on.auth.on("forgeryBlocked", (detail) => heard.push(detail));
    const cookie = await signInAs(on.auth, { user: "mira" });
    const headers: readonly Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: on.origin, "sec-fetch-site": "cross-site" },
      {},
    ];
    for (const one of headers) {
      const socket = await kind.connect(on.origin, { ...one, cookie });
      if (kind.name === "socket.io") socket.say("me");
      expect(await socket.hear()).toMatchObject({ event: "exception", data: { status: 403, code: "foreign_origin" } });
      expect(await socket.ended).toBe(end.foreign);
    }
    expect(heard).toEqual(headers.map(() => ({ route: "socket" })));
  });

  test("another site's socket without the user's cookie is nobody's", async () => {
    const on = await set();
    const socket = await kind.connect(on.origin, { origin: "https://evil.example" });
    expect(await socket.ask("me")).toMatchObject(signedOut);
    expect(await socket.ask("open")).toMatchObject({ event: "open" });
  });

  test("the guard for all guards gateways too", async () => {
    @WebSocketGateway()
    class Plain {
      @SubscribeMessage("me")
      me(@Spotify("user") user: SpotifySession["user"]): Frame {
        return { event: "me", data: user.id };
      }

      @SubscribeMessage("open")
      @SpotifyPublic()
      open(): Frame {
        return { event: "open", data: "for all" };
      }
    }
    const on = await set({ providers: [Plain, { provide: APP_GUARD, useExisting: SpotifyGuard }] });
    expect(await (await signedIn(on)).ask("me")).toEqual({ event: "me", data: "mira" });
    const nobody = await connect(on, "");
    expect(await nobody.ask("me")).toMatchObject(signedOut);
    expect(await nobody.ask("open")).toMatchObject({ event: "open" });
  });

  test("@Spotify() without the guard says so, whatever other handlers of the socket have found out", async () => {
    const on = await set({ providers: [Unguarded] });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const socket = await signedIn(on);
    expect(await socket.ask("guarded")).toEqual({ event: "guarded", data: "mira" });
    expect(await socket.ask("unguarded")).toMatchObject({ event: "exception", data: { status: 500, code: "configuration_error" } });
    expect(warned.mock.calls[0]?.[0]).toContain("@Spotify() needs SpotifyGuard before it");
    warned.mockRestore();
  });

  test("where Spotify is linked, the app's own cookie says who it is, and the app's sign-out closes the socket", async () => {
    const sessions = new Map([["sid-1", "user-1"]]);
    const subject = ({ headers }: IncomingMessage): string | null => sessions.get(/app=([\w-]+)/.exec(headers.cookie ?? "")?.[1] ?? "") ?? null;
    const on = await set({ options: { subject } });
    await signInAs(on.auth, { user: "user-1", scopes: ["user-top-read"] });
    const socket = await connect(on, "app=sid-1");
    expect(await socket.ask("me")).toMatchObject({ event: "me", data: { scopes: ["user-top-read"] } });
    expect(await (await connect(on, "app=sid-2")).ask("me")).toMatchObject({ event: "exception", data: { code: "not_authenticated" } });
    sessions.clear();
    await on.clock.advance(30_000);
    expect(await socket.hear()).toMatchObject({ event: "exception", data: { code: "not_authenticated" } });
    expect(await socket.ended).toBe(end.signedOut);
    const foreign = await kind.connect(on.origin, { origin: "https://evil.example", cookie: "app=sid-1" });
    if (kind.name === "socket.io") foreign.say("me");
    expect(await foreign.hear()).toMatchObject({ data: { code: "foreign_origin" } });
  });

  test("a connection that breaks while it is told something harms nobody, and is closed all the same", async () => {
    const broken = (): never => {
      throw new Error("The connection is gone.");
    };
    @WebSocketGateway()
    class Breaking {
      @SubscribeMessage("break")
      @UseGuards(SpotifyGuard)
      breaks(@ConnectedSocket() client: object): never {
        Object.assign(client, kind.name === "ws" ? { send: broken } : { emit: broken });
        throw new NotAuthenticated("https://app.example/auth/spotify/login");
      }
    }
    const on = await set({ providers: [Breaking] });
    const socket = await signedIn(on);
    const before = on.clock.pending();
    socket.say("break");
    await expect.poll(() => on.clock.pending()).toBe(before + 1);
    await on.auth.signOut("mira");
    expect(await socket.ended).toBe(end.signedOut);
  });

  test("what a client says is the app's business: no message of any shape or size harms the guard", async () => {
    const on = await set();
    const socket = await connect(on, "");
    for (const data of [null, "", 0, [], {}, "x".repeat(500_000), { constructor: 1, __proto__: null, event: "me" }]) {
      expect(await socket.ask("me", data)).toMatchObject(signedOut);
    }
    socket.say("unknown", { a: 1 });
    expect(await socket.ask("open")).toMatchObject({ event: "open" });
  });

  test.each<[who: string, close: (on: Stage, sockets: readonly SocketClient[]) => unknown]>([
    ["the user", (_on, sockets) => sockets.map((socket) => socket.leave())],
    ["the end of the session", (on) => on.auth.signOut("mira")],
    ["the app", (on) => on.app.close()],
  ])("nothing is left of sockets that %s has closed", async (_who, close) => {
    const on = await set();
    const before = on.clock.pending();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => signedIn(on)));
    await Promise.all(sockets.map((socket) => socket.ask("me")));
    expect(on.clock.pending()).toBe(before + 1);
    await close(on, sockets);
    await Promise.all(sockets.map(({ ended }) => ended));
    await expect.poll(() => on.clock.pending()).toBe(before);
  });

  test("a message that is answered only after its socket has closed leaves nothing behind", async () => {
    const [entered, released] = [new ReplaySubject<void>(1), new Subject<boolean>()];
    class Held implements CanActivate {
      canActivate(): Observable<boolean> {
        entered.next();
        return released;
      }
    }
    @WebSocketGateway()
    class Late {
      @SubscribeMessage("me")
      @UseGuards(Held, SpotifyGuard)
      me(): void {}
    }
    const on = await set({ providers: [Late] });
    const before = on.clock.pending();
    const socket = await signedIn(on);
    socket.say("me");
    await firstValueFrom(entered);
    socket.leave();
    await socket.ended;
    const reads = on.storeReads();
    released.next(true);
    released.complete();
    await expect.poll(() => on.storeReads()).toBeGreaterThan(reads);
    await expect.poll(() => on.clock.pending()).toBe(before);
  });
});

describe.each(platforms)("%s", (_, platform) => {
  test("without SpotifyWsAdapter the guard refuses on ws, and says what to write", async () => {
    const ws = gateways[0]?.[2];
    const on = await stage(platform, { providers: [Gateway], main: (app) => app.useWebSocketAdapter(new WsAdapter(app)) });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const socket = await ws?.connect(on.origin, { origin: on.origin, cookie: await signInAs(on.auth, { user: "mira" }) });
    expect(await socket?.ask("me")).toMatchObject({ event: "exception", data: { status: 500, code: "configuration_error" } });
    expect(await socket?.ask("open")).toMatchObject({ event: "open" });
    expect(warned.mock.calls[0]?.[0]).toContain("app.useWebSocketAdapter(new SpotifyWsAdapter(app, new WsAdapter(app)))");
    warned.mockRestore();
  });
});
