import type { Authenticated } from "../grants/engine.js";
import type { Grant, SpotifyUser } from "../machine/grant.js";
import { Client, type ClientContext, type Sight } from "./client.js";
import type { SpotifySession } from "./spotify-client.js";

/** The signed-in user of a request. What it says of the grant is as the request last saw it. */
export class Session extends Client implements SpotifySession {
  readonly #sight: Sight;
  readonly #id: string;

  constructor(context: ClientContext, { key, sessionId, grant }: Authenticated) {
    const sight = { grant, readAt: context.settings.clock.elapsed() };
    super(context, { key: () => key, sessionId, sight });
    this.#sight = sight;
    this.#id = sessionId;
  }

  /** The id under which the grant holds it; `null` = not a session of this installation. */
  static idOf(session: SpotifySession): string | null {
    return #id in session ? session.#id : null;
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
}
