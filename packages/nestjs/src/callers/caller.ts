import type { HttpException } from "@nestjs/common";
import type { SpotifyAuth, SpotifyAuthError, SpotifySession } from "@refrain/core";
import type { headOf } from "@refrain/core/node";
import type { IncomingMessage } from "node:http";

/** Whoever asks, over one transport: all that guard, decorators and filter need to know of it. */
export interface Caller {
  /** Stands for what is asked now: what was found out about it is remembered by this object. */
  readonly key: object;
  /** Node's request; of a connection, the one it began with. The option `subject` gets it. */
  readonly request: IncomingMessage;
  /** What pages are: those who can be sent elsewhere, and come back. `null` over other transports. */
  readonly page: Page | null;
  /** An answer that was made knowing who asks is for this caller only. */
  keepPrivate(session: SpotifySession | null): void;
  /**
   * Tells an error of ours as this transport tells errors, and gives back what exception filters give back there. Over HTTP it never rejects: nobody would catch it.
   *
   * @param otherwise How Nest itself tells an error: for one that cannot be told in our way, because an answer has begun.
   */
  tell(auth: SpotifyAuth, error: SpotifyAuthError, otherwise: (error: unknown) => void): unknown;
}

/** A request that may be a page navigation. */
export interface Page {
  /** By what navigations are told from other requests. */
  head(): ReturnType<typeof headOf>;
  /** Makes a redirect of core's what any filter sends that keeps to an exception's status. */
  redirect(answer: Response): HttpException;
}
