import { Inject, type OnModuleDestroy, UseFilters } from "@nestjs/common";
import { SubscribeMessage, WebSocketGateway, WebSocketServer, type WsResponse } from "@nestjs/websockets";
import type { SpotifySession } from "@refrain/core";
import { Spotify, SpotifyExceptionFilter, SpotifyScopes } from "@refrain/nestjs";
import { defer, finalize, type Observable } from "rxjs";
import type { Server } from "ws";
import { LiveReaders } from "./live-readers.js";
import { nowPlaying } from "./now-playing.js";

/** Streams what plays to the live page of whoever is signed in there. The socket ends with the session. The global guard stands here too; Nest's global filters do not reach gateways. */
@WebSocketGateway({ path: "/now-playing" })
@UseFilters(SpotifyExceptionFilter)
export class NowPlayingGateway implements OnModuleDestroy {
  @WebSocketServer()
  readonly server!: Server;

  constructor(@Inject(LiveReaders) private readonly readers: LiveReaders) {}

  @SubscribeMessage("follow")
  @SpotifyScopes("user-read-currently-playing")
  follow(@Spotify() session: SpotifySession): Observable<WsResponse> {
    const { id } = session.user;
    return defer(() => {
      this.readers.enter(id);
      return nowPlaying(session).pipe(finalize(() => this.readers.leave(id)));
    });
  }

  /** Sockets would hold up a server that closes. The pages try again by themselves. */
  onModuleDestroy(): void {
    for (const socket of this.server.clients) socket.terminate();
  }
}
