import { Controller, Inject, type MessageEvent, type OnModuleDestroy, Query, Req, Sse } from "@nestjs/common";
import { SpotifyAuthService } from "@refrain/nestjs";
import { followTrail } from "demo-kit/trail/follow-trail";
import type { Trail } from "demo-kit/trail/trail";
import type { IncomingMessage } from "node:http";
import { Observable, Subject, takeUntil } from "rxjs";
import { STAGE, type Stage } from "./stage.js";

/** The provider of what happened. */
export const TRAIL: symbol = Symbol("trail");

/** Server-sent events for whoever is signed in, until the app ends. */
@Controller("trail")
export class TrailController implements OnModuleDestroy {
  readonly #ending = new Subject<void>();

  constructor(
    @Inject(STAGE) private readonly stage: Stage,
    @Inject(TRAIL) private readonly trail: Trail,
    @Inject(SpotifyAuthService) private readonly spotify: SpotifyAuthService,
  ) {}

  @Sse()
  follow(@Req() { headers }: IncomingMessage, @Query("after") seen: unknown): Observable<MessageEvent> {
    const { cookie } = headers;
    const { trail, stage, spotify } = this;
    const after = Number(headers["last-event-id"] ?? seen) || 0;
    const messages = new Observable<MessageEvent>((reader) =>
      followTrail({ trail, clock: stage.clock, after, connection: () => spotify.auth.session({ cookie }) }, (message) => reader.next(message)),
    );
    return messages.pipe(takeUntil(this.#ending));
  }

  onModuleDestroy(): void {
    this.#ending.next();
  }
}
