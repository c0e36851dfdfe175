// Tries the packed packages with one version of Nest over ws, socket.io and GraphQL, with real clients. Compiled as a user's app is; `npm test -- nest` runs it.
import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import { type INestApplication, Module, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { GraphQLModule, Query, Resolver } from "@nestjs/graphql";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { WsAdapter } from "@nestjs/platform-ws";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import type { SpotifySession } from "@refrain/core";
import { Spotify, SpotifyAuthService, SpotifyGuard, SpotifyOptional, SpotifyScopes, SpotifyWsAdapter } from "@refrain/nestjs";
import { SpotifyAuthTesting, SpotifyAuthTestingModule } from "@refrain/nestjs/testing";
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { io } from "socket.io-client";
import { WebSocket } from "ws";

const own = "http://127.0.0.1:3000";

interface Frame {
  readonly event: string;
  readonly data: unknown;
}

@WebSocketGateway()
@UseGuards(SpotifyGuard)
class Gateway {
  @SubscribeMessage("me")
  me(@Spotify("user") user: SpotifySession["user"]): Frame {
    return { event: "me", data: user.id };
  }

  @SubscribeMessage("who")
  @SpotifyOptional()
  who(@Spotify("user") user: SpotifySession["user"] | null): Frame {
    return { event: "who", data: user?.id ?? "nobody" };
  }

  @SubscribeMessage("library")
  @SpotifyScopes("user-library-read")
  library(): void {}
}

@Resolver()
@UseGuards(SpotifyGuard)
class Everything {
  @Query(() => String)
  me(@Spotify("user") user: SpotifySession["user"]): string {
    return user.id;
  }
}

@Module({
  imports: [
    SpotifyAuthTestingModule.forRoot({ redirectUri: `${own}/auth/spotify/callback` }),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, playground: false }),
  ],
  providers: [Gateway, Everything],
})
class AppModule {}

interface Client {
  ask(event: string): Promise<Frame>;
  hear(): Promise<Frame>;
  readonly ended: Promise<unknown>;
}

type Connect = (port: number, headers: Record<string, string>) => Promise<Client>;

const connectWs: Connect = async (port, headers) => {
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { headers });
  const hear = async (): Promise<Frame> => JSON.parse(String((await once(client, "message"))[0])) as Frame;
  const ended = once(client, "close").then(([code]) => code as unknown);
  await once(client, "open");
  return { hear, ended, ask: (event) => (client.send(JSON.stringify({ event })), hear()) };
};

const connectIo: Connect = async (port, headers) => {
  const client = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], extraHeaders: headers, reconnection: false, forceNew: true });
  const hear = (): Promise<Frame> =>
    new Promise((resolve) => {
      const listener = (event: string, data: unknown): void => {
        client.offAny(listener);
        resolve({ event, data });
      };
      client.onAny(listener);
    });
  const ended = new Promise((resolve) => client.once("disconnect", resolve));
  await new Promise<void>((resolve) => client.once("connect", resolve));
  return { hear, ended, ask: (event) => (client.emit(event), hear()) };
};

async function tryOver(adapter: (app: INestApplication) => WsAdapter | IoAdapter | SpotifyWsAdapter, connect: Connect, signedOut: unknown): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.useWebSocketAdapter(adapter(app));
  await app.listen(0, "127.0.0.1");
  const { port } = app.getHttpServer().address() as AddressInfo;
  const cookie = await app.get(SpotifyAuthTesting).signIn({ user: "mira" });
  const codeOf = ({ event, data }: Frame): unknown[] => [event, (data as { readonly code?: string }).code];

  const mira = await connect(port, { origin: own, cookie });
  assert.deepEqual(await mira.ask("me"), { event: "me", data: "mira" });
  assert.deepEqual(codeOf(await mira.ask("library")), ["exception", "missing_scopes"]);
  const nobody = await connect(port, { origin: own });
  assert.deepEqual(codeOf(await nobody.ask("me")), ["exception", "not_authenticated"]);
  assert.deepEqual(await nobody.ask("who"), { event: "who", data: "nobody" });
  const foreign = await connect(port, { origin: "https://evil.example", cookie });
  if (signedOut === 4401) assert.equal(await foreign.ended, 4403);
  else assert.deepEqual(codeOf(await foreign.ask("me")), ["exception", "foreign_origin"]);

  const ask = async (headers: Record<string, string>): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: '{"query":"{ me }"}',
    });
    return answer.text();
  };
  assert.equal((await ask({ cookie })).trim(), '{"data":{"me":"mira"}}');
  assert.match(await ask({}), /"code":"not_authenticated"/);

  const told = mira.hear();
  await app.get(SpotifyAuthService).signOut("mira");
  assert.deepEqual(codeOf(await told), ["exception", "not_authenticated"]);
  assert.equal(await mira.ended, signedOut);
  await app.close();
}

async function main(): Promise<void> {
  await tryOver((app) => new SpotifyWsAdapter(app, new WsAdapter(app)), connectWs, 4401);
  await tryOver((app) => new IoAdapter(app), connectIo, "io server disconnect");
  process.exit(0);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
