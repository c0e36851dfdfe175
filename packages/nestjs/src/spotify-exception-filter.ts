import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from "@nestjs/common";
import { SpotifyAuthError } from "@refrain/core";
import { callerOf } from "./callers/caller-of.js";
import { ConsentRenewal } from "./consent-renewal.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";

/** Answers the errors of this library as every adapter does: by a redirect to Spotify, a page, or `application/problem+json`. */
@Catch(SpotifyAuthError, ConsentRenewal)
export class SpotifyExceptionFilter implements ExceptionFilter<SpotifyAuthError | ConsentRenewal> {
  readonly #service: SpotifyAuthService;

  constructor(@Inject(SpotifyAuthService) service: SpotifyAuthService) {
    this.#service = service;
  }

  catch(exception: SpotifyAuthError | ConsentRenewal, host: ArgumentsHost): unknown {
    const caller = callerOf(host);
    return exception instanceof ConsentRenewal ? caller.send(exception.answer) : caller.tell(this.#service.auth, exception);
  }
}
