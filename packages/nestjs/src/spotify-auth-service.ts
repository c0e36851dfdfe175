import { Logger, type OnApplicationShutdown } from "@nestjs/common";
import type { SessionInfo, SpotifyAuth, SpotifyAuthEvent, SpotifyAuthEvents, SpotifyClient, SpotifySession } from "@refrain/core";

/** Everything that needs no request: for queues, cron jobs, and what an app does with its users. */
export class SpotifyAuthService implements OnApplicationShutdown {
  /** The `SpotifyAuth` behind all this. */
  readonly auth: SpotifyAuth;
  readonly #isOurs: boolean;

  /** Made by `SpotifyAuthModule`. `isOurs`: it is closed with the app. */
  constructor(auth: SpotifyAuth, isOurs: boolean) {
    this.auth = auth;
    this.#isOurs = isOurs;
  }

  /** The user's client without a session. `subject` is the session user's `id`, or the app's own id of the user where Spotify is linked. */
  forUser(subject: string): SpotifyClient {
    return this.auth.forUser(subject);
  }

  /** The living sessions of a user, most recently seen first. Times in Unix ms. */
  sessions(subject: string): Promise<readonly SessionInfo[]> {
    return this.auth.sessions(subject);
  }

  /** Ends all sessions of a user and the tokens with them; or all but `keep`; or `only` one. */
  signOut(subject: string, options?: { readonly keep?: SpotifySession | undefined; readonly only?: string | undefined }): Promise<void> {
    return this.auth.signOut(subject, options);
  }

  /** Erases everything about a user at once. */
  disconnect(subject: string): Promise<void> {
    return this.auth.disconnect(subject);
  }

  /** Gives a refresh token that Spotify refused one more try, within 24 hours. */
  retry(subject: string): Promise<void> {
    return this.auth.retry(subject);
  }

  /**
   * Whether the store answers and holds records that our secrets open: for health checks.
   *
   * @throws TemporarilyUnavailable or ConfigurationError.
   */
  check(): Promise<void> {
    return this.auth.check();
  }

  /** Calls `listener` at each such event. Returns what ends it. */
  on<Event extends SpotifyAuthEvent>(event: Event, listener: (detail: SpotifyAuthEvents[Event]) => void): () => void {
    return this.auth.on(event, listener);
  }

  /** Called by Nest when all requests are answered: waits for refreshes in flight and for their tokens to be stored, then closes the store. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.#isOurs) return;
    const unstored = await this.auth.close();
    if (unstored.length > 0) new Logger(SpotifyAuthService.name).error(`New tokens of ${unstored.length} grants could not be stored: ${unstored.join(", ")}.`);
  }
}
