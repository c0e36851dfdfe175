import type { SpotifyAuth, SpotifyAuthError, SpotifySession } from "@refrain/core";
import type { headOf } from "@refrain/core/node";
import type { IncomingMessage } from "node:http";

/** Whoever asks, over one transport: all that guard, decorators and filter need to know of it. */
export interface Caller {
  /** Stands for what is asked now: what was found out about it is remembered by this object. */
  readonly key: object;
  /** Node's request; of a connection, the one it began with. The option `subject` gets it. */
  readonly request: IncomingMessage;
  /** By what a page is told from other requests, to renew its consent on the way; `null` = nobody can be sent elsewhere here. */
  readonly head: (() => ReturnType<typeof headOf>) | null;
  /** An answer that was made knowing who asks is for this caller only. */
  keepPrivate(session: SpotifySession | null): void;
  /** Answers in place of the handler. */
  send(answer: Response): Promise<void>;
  /** Tells an error of ours as this transport tells errors; gives back what exception filters give back there. */
  tell(auth: SpotifyAuth, error: SpotifyAuthError): unknown;
}
