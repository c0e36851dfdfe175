import type { GrantEvent } from "../machine/events.js";
import type { Grant, GrantRecord } from "../machine/grant.js";

/** The engine: runs the machine against the store and the token endpoint. */
export interface Engine {
  /** The store key of a subject: base64url(SHA-256(clientId ":" subject)). */
  keyOf(subject: string): Promise<string>;
  /**
   * The record as it is stored now.
   *
   * @param source `"store"` reads past every cache. Default: `"cache"`.
   * @throws {@link TemporarilyUnavailable} when the store cannot be read, or the record cannot be opened with the secrets at hand.
   */
  read(key: string, source?: "cache" | "store"): Promise<GrantRecord>;
  /**
   * Applies an event: compare-and-swap, again and again until it holds, no longer applies, or the wait is over. Resolves to the record that then stands.
   *
   * @param patienceMs How long to try. Default: as long as callers wait.
   * @throws {@link TemporarilyUnavailable} when the store did not take it; it may have been applied all the same.
   */
  change(key: string, event: GrantEvent, patienceMs?: number): Promise<GrantRecord>;
  /**
   * Marks a name as used. `true` for the first caller only, over all processes.
   *
   * @throws {@link TemporarilyUnavailable} when the store cannot say.
   */
  useOnce(name: string, forgetAt: number): Promise<boolean>;
  /**
   * A grant whose access token may be used now: refreshes, waits or falls back as the machine decides.
   *
   * @throws {@link NotAuthenticated}, {@link ReauthorizationRequired}, {@link IntegrityError} or {@link TemporarilyUnavailable}.
   */
  usable(key: string, need: UsableNeed): Promise<Grant>;
  /** Whether {@link Engine.usable} would give this very grant back without waiting, and its consent is not near its end. Reads nothing; `false` decides nothing. */
  isReady(key: string, known: Grant, sessionId: string | null): boolean;
  /** The session that a cookie value stands for, if it lives. The value is `<store key>.<secret>`. */
  authenticate(cookieValue: string): Authenticated | null | Promise<Authenticated | null>;
  /** The grant that is stored under a key, for a user whom the app itself has signed in; `null` = there is none. */
  linked(key: string): Promise<Authenticated | null>;
  /**
   * Whether the store can be read and holds records that these secrets open.
   *
   * @throws {@link TemporarilyUnavailable} or {@link ConfigurationError}.
   */
  check(): Promise<void>;
  /** Resolves to the references of grants whose new tokens could not be stored within 10 s. */
  close(): Promise<readonly string[]>;
}

export interface UsableNeed {
  /** How much life the token must have left, in ms. */
  readonly minValidMs: number;
  /** The id of the session on whose behalf: it must still live. `null` = for the user, without a session. */
  readonly sessionId: string | null;
  /** The grant as this request has just read it; saves reading it again. */
  readonly known?: Grant | undefined;
  /** Is told of work that goes on when the caller has its answer. */
  readonly waitUntil?: WaitUntil | undefined;
}

/** Keeps the process, or the function, running until the promise settles. It never rejects. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/** Whose request it is. */
export interface Authenticated {
  readonly key: string;
  /** `null`: the app's own session stands for the user. */
  readonly sessionId: string | null;
  readonly grant: Grant;
}
