import type { Authenticated, WaitUntil } from "../grants/engine.js";
import { isRenewable } from "../machine/consent.js";
import type { Grant, SpotifyUser } from "../machine/grant.js";
import { missingScopes } from "../scopes.js";
import type { SessionNeed } from "../session-need.js";
import { Client, type ClientContext, isRecent, type Sight } from "./client.js";
import type { SpotifySession } from "./spotify-client.js";

/** The signed-in user of a request. What it says of the grant is as the request last saw it. */
export class Session extends Client implements SpotifySession {
  readonly #context: ClientContext;
  readonly #authenticated: Authenticated;
  readonly #sight: Sight;

  constructor(context: ClientContext, authenticated: Authenticated, waitUntil?: WaitUntil) {
    const { key, sessionId, grant } = authenticated;
    const sight = { grant, readAt: context.settings.clock.elapsed() };
    super(context, { key, sessionId, sight, waitUntil });
    this.#context = context;
    this.#authenticated = authenticated;
    this.#sight = sight;
  }

  /** Whose it is, as the request last saw the grant; `null` = not a session of this installation. */
  static authenticated(session: SpotifySession): Authenticated | null {
    return #sight in session ? { ...session.#authenticated, grant: session.#sight.grant } : null;
  }

  /** Whether a guard with this need may let it through at once. `false` decides nothing. */
  static isReady(session: SpotifySession, { scopes = [] }: SessionNeed): boolean {
    if (!(#sight in session)) return false;
    const { key, sessionId } = session.#authenticated;
    const { engine, settings } = session.#context;
    const { grant } = session.#sight;
    return isRecent(session.#sight, settings) && missingScopes(grant.scopes, scopes).length === 0 && engine.isReady(key, grant, sessionId);
  }

  get id(): string | null {
    const { sessionId } = this.#authenticated;
    return sessionId === null ? null : publicId(sessionId);
  }

  get user(): SpotifyUser {
    return this.#sight.grant.user;
  }

  get scopes(): readonly string[] {
    return this.#sight.grant.scopes;
  }

  get phase(): Grant["phase"]["name"] {
    return this.#sight.grant.phase.name;
  }

  get expiresAt(): number {
    return this.#sight.grant.access.expiresAt;
  }

  get reauthorizeBy(): number {
    return this.#sight.grant.reauthorizeBy;
  }

  get renewUrl(): string | null {
    const { settings, loginUrl } = this.#context;
    const offered = settings.renewConsent !== "off" && isRenewable(this.#sight.grant, settings.clock.now());
    return offered ? loginUrl() : null;
  }
}

/** What a session is called outside: enough to tell it from the user's others, and nothing to sign in with. */
export function publicId(sessionId: string): string {
  return sessionId.slice(0, 16);
}
