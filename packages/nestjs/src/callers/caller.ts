import type { HttpException } from "@nestjs/common";
import type { SpotifyAuth, SpotifyAuthError, SpotifySession } from "@refrain/core";
import type { headOf } from "@refrain/core/node";
import type { IncomingMessage } from "node:http";

/** Whoever asks, over one transport: all that guard, decorators and filter need to know of it. */
export interface Caller {
  /** What was found out about whoever asks is remembered by this object: guards and decorators of one handler see the same. */
  readonly key: object;
  /** Stands for what is asked now. With another one, all is found out anew. */
  readonly call: object;
  /** Node's request; of a connection, the one it began with. The option `subject` gets it. */
  readonly request: IncomingMessage;
  /** What pages are: those who can be sent elsewhere, and come back. `null` over other transports. */
  readonly page: Page | null;
  /** Whether nothing is answered here, whoever it is: a connection that another site's page has opened is closed. */
  turnsAway(auth: SpotifyAuth): boolean;
  /** What is answered knowing who asks is for them only: shared caches are told, a connection ends with the session. */
  keepPrivate(auth: SpotifyAuth, session: SpotifySession | null): void;
  /**
   * Tells an error of ours as this transport tells errors, and gives back what exception filters give back there. Over HTTP and sockets it never rejects: nobody would catch it. Over GraphQL it
   * always does: what it rejects with is the answer.
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
