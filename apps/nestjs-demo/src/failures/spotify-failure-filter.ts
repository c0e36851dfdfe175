import { type ArgumentsHost, Catch, Inject } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import { SpotifyAuthError, TemporarilyUnavailable } from "@refrain/core";
import { SpotifyAuthService, SpotifyExceptionFilter } from "@refrain/nestjs";
import type { Controls } from "demo-kit/controls";
import { unavailablePage } from "demo-kit/pages/failure-pages";
import { refer } from "demo-kit/refer";
import type { IncomingMessage } from "node:http";
import { CONTROLS } from "../controls-controller.js";
import { STAGE, type Stage } from "../stage.js";

/** Spotify or the store is down, and a person is looking: a page in the demo's own words, which know the button that mends it. All else is the library's affair. */
@Catch(SpotifyAuthError)
export class SpotifyFailureFilter extends SpotifyExceptionFilter {
  constructor(
    @Inject(SpotifyAuthService) spotify: SpotifyAuthService,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    @Inject(STAGE) private readonly stage: Stage,
    @Inject(CONTROLS) private readonly controls: Controls | null,
  ) {
    super(spotify);
  }

  override catch(error: SpotifyAuthError, host: ArgumentsHost): unknown {
    if (!(error instanceof TemporarilyUnavailable) || !isForPerson(host)) return super.catch(error, host);
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    const reference = refer(error.code, this.stage.log);
    httpAdapter.setHeader(response, "Retry-After", String(Math.ceil((error.retryAfterMs ?? 1000) / 1000)));
    httpAdapter.setHeader(response, "Cache-Control", "private, no-store");
    httpAdapter.setHeader(response, "Content-Type", "text/html; charset=utf-8");
    const page = unavailablePage(error, reference, this.stage.emulator !== undefined, this.controls?.tokenEndpointDown() === true);
    return httpAdapter.reply(response, page, 503);
  }
}

function isForPerson(host: ArgumentsHost): boolean {
  return host.switchToHttp().getRequest<IncomingMessage>().headers.accept?.includes("text/html") === true;
}
