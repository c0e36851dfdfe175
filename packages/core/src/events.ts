import type { LoginFailure } from "./errors/login-failed.js";
import type { CloseReason, ReauthorizeReason } from "./machine/grant.js";

/**
 * What happened, for logs and metrics. The fields are fixed and hold no secret. `grant` tells one user's events from another's: ten characters of the record's
 * key, which is a hash.
 */
export interface SpotifyAuthEvents {
  signedIn: { readonly grant: string };
  /** `onSignIn` turned a user away. */
  signInRefused: { readonly grant: string };
  loginFailed: { readonly reason: LoginFailure };
  signedOut: { readonly grant: string; readonly reason: CloseReason };
  /** A user was shown why something failed, or a program was told of a failure of ours (then without a reference). `message` is the error's fixed sentence. */
  failureAnswered: { readonly code: string; readonly message: string; readonly reference: string | null };
  /** A request that changes something, or that only scripts of this app may make, came from elsewhere and was refused. */
  forgeryBlocked: { readonly route: string };
  /**
   * A call through `api/*` was refused before it reached Spotify: the allow-list does not name it, it asks for another protocol, or its session calls too often or
   * sends too much. `allowedBy` is the entry of the list that it fits; `null` = none.
   */
  proxyDenied: { readonly reason: "unlisted" | "upgrade" | "tooOften" | "tooLong"; readonly allowedBy: string | null; readonly grant: string | null };
  refreshed: { readonly grant: string; readonly tookMs: number; readonly rotated: boolean };
  refreshFailed: {
    readonly grant: string;
    readonly cause: "notSent" | "throttled" | "misconfigured" | "ambiguous" | "refused";
    readonly retryAt: number | null;
  };
  /** Spotify refused the client itself, not a user: check client id and secret. All refreshing holds still for a moment. */
  misconfigured: { readonly error: string };
  /**
   * Spotify ends the consent at about `reauthorizeBy`, in Unix ms. Once per consent 30 days ahead and once 7 days ahead, when the user's token is next used; not always
   * where that very page renews the consent.
   */
  consentEnding: { readonly grant: string; readonly days: 30 | 7; readonly reauthorizeBy: number };
  /** The user must consent again. */
  reauthorizationRequired: { readonly grant: string; readonly reason: ReauthorizeReason };
  /** Asked for by `revokeOnDisconnect`. Everything is erased here all the same. `status` is Spotify's; `null` = no answer in time. */
  revocationFailed: { readonly grant: string; readonly status: number | null };
  /** A record is damaged, was moved, or (`unknownKey`) was sealed with a secret this process does not have. */
  unreadableRecord: { readonly grant: string; readonly problem: "corrupt" | "unknownKey" };
  /** The store failed or was late. `code` is what the store's error calls itself; `null` = it did not, or it was late. */
  storeFailed: { readonly operation: "get" | "swap"; readonly code: string | null };
  /** Spotify gave new tokens and the store does not take them: they are in memory only, and storing is tried again and again. */
  tokensNotStored: { readonly grant: string };
}

/** An event by its name. */
export type SpotifyAuthEvent = keyof SpotifyAuthEvents;

/** Tells listeners. A listener that throws breaks nothing. */
export interface Emitter {
  emit<Event extends SpotifyAuthEvent>(event: Event, detail: SpotifyAuthEvents[Event]): void;
  on<Event extends SpotifyAuthEvent>(event: Event, listener: (detail: SpotifyAuthEvents[Event]) => void): () => void;
}

export function createEmitter(): Emitter {
  const listeners = new Map<SpotifyAuthEvent, Set<(detail: never) => void>>();
  return {
    emit(event, detail) {
      for (const listener of listeners.get(event) ?? []) {
        try {
          const answer = (listener as (detail: SpotifyAuthEvents[typeof event]) => unknown)(detail);
          if (answer instanceof Promise) answer.catch(() => undefined);
        } catch {
          // A logger's trouble is not the user's.
        }
      }
    },
    on(event, listener) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => void known.delete(listener);
    },
  };
}
