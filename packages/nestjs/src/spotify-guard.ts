import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from "@nestjs/common";
import { ConfigurationError, renewConsent, requireSession } from "@refrain/core";
import { callerOf } from "./callers/caller-of.js";
import { ConsentRenewal } from "./consent-renewal.js";
import { accessOf } from "./decorators/access.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";
import { beginVisit } from "./visit.js";

/**
 * Lets only those through who are signed in with Spotify, have granted what `@SpotifyScopes()` asks for, and have a usable token. A page navigation of anybody else is
 * sent to Spotify and comes back to the same page; anything else gets 401 or 403. While Spotify or the store is down: 503 with Retry-After.
 */
@Injectable()
export class SpotifyGuard implements CanActivate {
  readonly #service: SpotifyAuthService;

  constructor(@Optional() @Inject(SpotifyAuthService) service: SpotifyAuthService | undefined) {
    if (service === undefined)
      throw new ConfigurationError(["SpotifyGuard needs SpotifyAuthModule: write SpotifyAuthModule.forRoot() in the imports of the root module."]);
    this.#service = service;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access, scopes } = accessOf(context);
    if (access === "public") return true;
    const { auth } = this.#service;
    const caller = callerOf(context);
    const visit = beginVisit(auth, caller);
    // Whoever looks meets what there is to meet, as by request.spotify of the Express adapter.
    if (access === "optional") return true;
    const found = await visit.session();
    const session = await requireSession(auth, found, { scopes });
    caller.keepPrivate(session);
    const renewal = caller.head === null ? null : await renewConsent(auth, session, caller.head);
    if (renewal !== null) throw new ConsentRenewal(renewal);
    return true;
  }
}
