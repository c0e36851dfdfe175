import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from "@nestjs/common";
import { ConfigurationError, renewConsent, requireSession } from "@refrain/core";
import { callerOf } from "./callers/caller-of.js";
import { accessOf } from "./decorators/access.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";
import { beginVisit } from "./visit.js";

/**
 * Lets only those through who are signed in with Spotify, have granted what `@SpotifyScopes()` asks for, and have a usable token. A page navigation of anybody else is
 * sent to Spotify and comes back to the same page; anything else gets 401 or 403 as `application/problem+json`. While Spotify or the store is down: 503 with Retry-After.
 *
 * For a class or a handler: `@UseGuards(SpotifyGuard)`. For all: `{ provide: APP_GUARD, useExisting: SpotifyGuard }`, and `@SpotifyPublic()` or `@SpotifyOptional()`
 * where others may come.
 */
@Injectable()
export class SpotifyGuard implements CanActivate {
  readonly #service: SpotifyAuthService;

  constructor(@Optional() @Inject(SpotifyAuthService) service: SpotifyAuthService | undefined) {
    if (service === undefined) {
      throw new ConfigurationError([
        "SpotifyGuard needs SpotifyAuthModule: write SpotifyAuthModule.forRoot() in the imports of the root module; with isGlobal: false, import the same object here too.",
      ]);
    }
    this.#service = service;
  }

  /** Called by Nest. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access, scopes } = accessOf(context, this.constructor);
    if (access === "public") return true;
    const { auth } = this.#service;
    const caller = callerOf(context);
    if (caller.turnsAway(auth)) return false;
    const visit = beginVisit(auth, caller);
    // Whoever looks meets what there is to meet; a handler that does not look is served while the store is down.
    if (access === "optional") return true;
    const session = await requireSession(auth, await visit.session(), { scopes });
    const { page } = caller;
    const renewal = page === null ? null : await renewConsent(auth, session, page.head);
    if (page !== null && renewal !== null) throw page.redirect(renewal);
    return true;
  }
}
