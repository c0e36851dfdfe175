import type { SpotifyClient, SpotifySession } from "./client/spotify-client.js";
import type { Subject } from "./settings/options.js";
import type { SpotifyAuthEvent, SpotifyAuthEvents } from "./events.js";

/** Sign-in with Spotify, and usable access tokens for as long as Spotify allows. Made by {@link createSpotifyAuth}. */
export interface SpotifyAuth {
  /**
   * Whether a request with this path is for one of our routes. Cheap: for adapters, before they make a `Request`.
   *
   * @param path As it came, before any router took its mount point off, and without its query.
   * @throws {@link ConfigurationError} at the first request, when the app is mounted where the redirect URI cannot reach it.
   */
  owns(path: string, call?: HandleCall): boolean;
  /**
   * Answers a request for one of our routes: `login`, `callback`, `logout`, `disconnect`, `session` below the base path, and `token` and `api/*`
   * where the options say so. `null` = not one of ours.
   * Never rejects on account of a request: what fails is answered with a page or with problem+json.
   *
   * @throws {@link ConfigurationError} as {@link SpotifyAuth.owns}.
   */
  handle(request: Request, call?: HandleCall): Promise<Response | null>;
  /**
   * The session that a Cookie header stands for, or where Spotify is linked to the app's own accounts, the subject; `null` = nobody is signed in, or nothing is linked.
   * Reads the store once, and not at all without our cookie or for nobody.
   *
   * @throws {@link TemporarilyUnavailable} when the store cannot say. {@link ConfigurationError} when the option `subject` is set and no subject is given.
   */
  session(credentials: Credentials): Promise<SpotifySession | null>;
  /**
   * Whose request it is, by the option `subject`: for adapters, which hand it to {@link SpotifyAuth.handle} and {@link SpotifyAuth.session}.
   *
   * @param request The framework's own.
   * @returns `undefined` without that option: the cookie says it.
   * @throws {@link ConfigurationError} when the option's function gives neither a string nor `null`: the app's session middleware is missing, or runs later. What it
   * throws itself goes through.
   */
  subjectOf(request: unknown): Promise<Subject> | undefined;
  /** The user's client without a session: for workers and queues. `subject` is the session user's `id`, or the app's own id of the user where Spotify is linked. */
  forUser(subject: string): SpotifyClient;
  /** The living sessions of a user, most recently seen first. Times in Unix ms. */
  sessions(subject: string): Promise<readonly SessionInfo[]>;
  /**
   * Ends all sessions of a user, and the tokens with them; with `keep`, all but that one, and the tokens stay; with `only`, that one, and the tokens stay while another
   * session lives. Once it resolves no process serves them, and no refresh, late write or older sign-in brings them back.
   *
   * @param options `only` is the `id` of one of {@link SpotifyAuth.sessions}; one that is unknown or over counts as ended.
   */
  signOut(subject: string, options?: { readonly keep?: SpotifySession | undefined; readonly only?: string | undefined }): Promise<void>;
  /**
   * Erases everything about a user at once. Spotify documents no revocation: the user can remove the app at https://www.spotify.com/account/apps/. With
   * `revokeOnDisconnect` Spotify is asked all the same, afterwards and without waiting.
   */
  disconnect(subject: string): Promise<void>;
  /** Gives a refresh token that Spotify refused one more try, within 24 hours: for operators, after a mistake of Spotify's. */
  retry(subject: string): Promise<void>;
  /**
   * Whether the store answers and holds records that our secrets open. For start-up and health checks.
   *
   * @throws {@link TemporarilyUnavailable} or {@link ConfigurationError}.
   */
  check(): Promise<void>;
  /** Calls `listener` at each such event. Returns what ends it. */
  on<Event extends SpotifyAuthEvent>(event: Event, listener: (detail: SpotifyAuthEvents[Event]) => void): () => void;
  /**
   * Begins no more refreshes, waits up to 10 s for those under way and for their tokens to be stored, then closes what the store itself opened. It also waits for
   * revocations that `revokeOnDisconnect` asked for, each of which is given up within 4 s.
   * Resolves to references, as in events, of grants whose new tokens could not be stored.
   */
  close(): Promise<readonly string[]>;
}

/** What an adapter knows of a request that the request does not say. */
export interface HandleCall {
  /** Where the app's router is mounted, as `/music` in `app.use("/music", …)`. @defaultValue `""` */
  readonly mountedAt?: string | undefined;
  /**
   * The path as it came, before any router took its mount point off, and without its query. A `Request` has resolved dot segments, so it cannot tell.
   *
   * @defaultValue the path of the request's URL
   */
  readonly path?: string | undefined;
  /** As {@link SpotifyAuth.subjectOf} gave it. @defaultValue `undefined`: the cookie says who it is */
  readonly subject?: Subject | undefined;
  /** Is given work that goes on when the answer is there, as `waitUntil` of serverless platforms takes it. */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** By what a request says who sent it. */
export interface Credentials {
  /** The Cookie header. */
  readonly cookie?: string | null | undefined;
  /** As {@link SpotifyAuth.subjectOf} gave it; then the cookie is not looked at. */
  readonly subject?: Subject | undefined;
  /** As {@link HandleCall.waitUntil}: a refresh ahead of time, or one that takes longer than its caller waits, goes on when the answer is there. */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** One browser's sign-in. Times in Unix ms. */
export interface SessionInfo {
  /** Tells it from the user's others, for {@link SpotifyAuth.signOut}. No secret: nobody can sign in with it. */
  readonly id: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}
