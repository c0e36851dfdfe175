import { type ArgumentsHost, Catch, Inject } from "@nestjs/common";
import { BaseExceptionFilter } from "@nestjs/core";
import { SpotifyAuthError } from "@refrain/core";
import { throwError } from "rxjs";
import { callerOf } from "./callers/caller-of.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";

/**
 * Answers the errors of this library as every adapter does: by a redirect to Spotify, a page, or `application/problem+json`. Global unless `exceptionFilter: false`;
 * closer filters, and those of `useGlobalFilters()`, come before it.
 */
@Catch(SpotifyAuthError)
export class SpotifyExceptionFilter extends BaseExceptionFilter {
  readonly #service: SpotifyAuthService;

  constructor(@Inject(SpotifyAuthService) service: SpotifyAuthService) {
    super();
    this.#service = service;
  }

  /** Called by Nest. */
  override catch(exception: SpotifyAuthError, host: ArgumentsHost): unknown {
    // No guard of ours knows who sends a message, and refuses it. This is how microservices are told: an error thrown here would end the process.
    if (host.getType() === "rpc") return throwError(() => exception);
    const asNest = super.catch.bind(this);
    return callerOf(host).tell(this.#service.auth, exception, (error) => asNest(error, host));
  }
}
