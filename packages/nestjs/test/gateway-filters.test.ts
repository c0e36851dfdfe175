import { type ArgumentsHost, Catch, type ExceptionFilter, UseFilters, UseGuards } from "@nestjs/common";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import { NotAuthenticated, SpotifyAuthError } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { Manager, type Socket } from "socket.io-client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SpotifyExceptionFilter, SpotifyGuard, SpotifyWsAdapter } from "../src/index.js";
import { platforms } from "./support/platforms.js";
import { type Frame, gateways, type SocketClient, socketIo } from "./support/sockets.js";
import { stage, type Stage, type Staging } from "./support/stage.js";

@WebSocketGateway()
@UseGuards(SpotifyGuard)
class Plain {
  @SubscribeMessage("me")
  me(): Frame {
    return { event: "me", data: "me" };
  }
}

interface Client {
  send(text: string): void;
  emit(event: string, data: unknown): void;
}

@Catch(SpotifyAuthError)
class Own implements ExceptionFilter {
  catch({ code }: SpotifyAuthError, host: ArgumentsHost): void {
    const client = host.switchToWs().getClient<Client>();
    if ("handshake" in client) client.emit("own", code);
    else client.send(JSON.stringify({ event: "own", data: code }));
  }
}

@WebSocketGateway()
@UseGuards(SpotifyGuard)
@UseFilters(Own)
class WithOwn {
  @SubscribeMessage("me")
  me(): void {}
}

@WebSocketGateway()
@UseFilters(SpotifyExceptionFilter)
@UseGuards(SpotifyGuard)
class Named {
  @SubscribeMessage("me")
  me(): void {}
}

@Catch(NotAuthenticated)
class Extended extends SpotifyExceptionFilter {
  override catch(exception: SpotifyAuthError, host: ArgumentsHost): unknown {
    extended.push(exception.code);
    return super.catch(exception, host);
  }
}
const extended: string[] = [];

@WebSocketGateway()
@UseFilters(Extended)
@UseGuards(SpotifyGuard)
class WithExtended {
  @SubscribeMessage("me")
  me(): void {}
}

const signedOut = { event: "exception", data: { code: "not_authenticated" } };

describe.each(gateways)("%s: errors of gateways", (_, platform, kind) => {
  const set = (gateway: new () => object, staging: Staging = {}): Promise<Stage> =>
    stage(platform, { providers: [gateway], main: (app) => app.useWebSocketAdapter(kind.adapter(app)), ...staging });
  const nobody = ({ origin }: Stage): Promise<SocketClient> => kind.connect(origin, { origin });

  test("are told by our filter, which no gateway need name; one that a gateway names comes before it", async () => {
    expect(await (await nobody(await set(Plain))).ask("me")).toMatchObject(signedOut);
    expect(await (await nobody(await set(WithOwn))).ask("me")).toEqual({ event: "own", data: "not_authenticated" });
    expect(await (await nobody(await set(Named))).ask("me")).toMatchObject(signedOut);
    expect(await (await nobody(await set(WithExtended))).ask("me")).toMatchObject(signedOut);
    expect(extended.splice(0)).toEqual(["not_authenticated"]);
  });

  test("are Nest's to tell where the filter is left out, also when another app in this process has the same gateway and the filter", async () => {
    await set(Plain);
    const without = await set(Plain, { extras: { exceptionFilter: false } });
    expect(await (await nobody(without)).ask("me")).toMatchObject({ event: "exception", data: { message: "Internal server error" } });
    expect(await (await nobody(await set(Plain))).ask("me")).toMatchObject(signedOut);
  });

  test("two apps in one process with the same gateway tell errors each by its own settings", async () => {
    const [one, other] = [await set(Plain), await set(Plain)];
    for (const on of [one, other, one]) {
      expect(await (await nobody(on)).ask("me")).toMatchObject({ data: { reauthorizeUrl: `${on.origin}/auth/spotify/login` } });
    }
  });
});

describe.each(platforms)("%s: socket.io", (_, platform) => {
  test("with the session end all namespaces of a connection", async () => {
    @WebSocketGateway({ namespace: "other" })
    class Other {
      @SubscribeMessage("hello")
      hello(): Frame {
        return { event: "hello", data: "hello" };
      }
    }
    const on = await stage(platform, { providers: [Plain, Other] });
    const cookie = await signInAs(on.auth, { user: "mira" });
    const manager = new Manager(on.origin, { transports: ["websocket"], extraHeaders: { origin: on.origin, cookie }, reconnection: false });
    const [main, other] = [manager.socket("/"), manager.socket("/other")];
    onTestFinished(() => [main, other].forEach((socket) => socket.disconnect()));
    const ended = new Promise((resolve) => other.once("disconnect", resolve));
    const heard = (socket: Socket, event: string): Promise<unknown> => new Promise((resolve) => socket.once(event, resolve));
    other.emit("hello");
    await heard(other, "hello");
    main.emit("me");
    await heard(main, "me");
    await on.auth.signOut("mira");
    expect(await ended).toBe("io server disconnect");
  });
});

describe.each(platforms)("%s: SpotifyWsAdapter around socket.io's", (_, platform) => {
  test("S-040 ends another site's socket before the gateway hears of it, and lets our own through", async () => {
    const connected = vi.fn<() => void>();
    @WebSocketGateway()
    @UseGuards(SpotifyGuard)
    class Greets extends Plain {
      handleConnection(): void {
        connected();
      }
    }
    const main: Staging["main"] = (app) => app.useWebSocketAdapter(new SpotifyWsAdapter(app, new IoAdapter(app)));
    const on = await stage(platform, { providers: [Greets], main });
    const cookie = await signInAs(on.auth, { user: "mira" });
    const foreign = await socketIo.connect(on.origin, { origin: "https://evil.example", cookie });
    expect(await foreign.hear()).toMatchObject({ event: "exception", data: { code: "foreign_origin" } });
    expect(await foreign.ended).toBe("io server disconnect");
    expect(connected).not.toHaveBeenCalled();
    const own = await socketIo.connect(on.origin, { origin: on.origin, cookie });
    expect(await own.ask("me")).toMatchObject({ event: "me" });
    expect(connected).toHaveBeenCalledOnce();
  });
});
