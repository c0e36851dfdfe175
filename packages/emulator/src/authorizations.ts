import type { Code } from "./codes.js";

/** One approval of an app, by a click or without one. */
export interface Authorization {
  /** In Unix ms of the emulator's clock. Six months are counted from here, unless a silent one kept the earlier deadline. */
  readonly at: number;
  readonly clientId: string;
  readonly user: string;
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  /** The user had approved before and was bounced straight back, without a click. */
  readonly silent: boolean;
  /** Id of the grant that its code brought, as in {@link GrantHistory}; `null` until the code is exchanged. */
  readonly grant: string | null;
}

/** An approval as it can be shown: without its code. */
export function authorizationOf({ authorizedAt, clientId, user, asked, scopes, silent, grant }: Code): Authorization {
  return { at: authorizedAt, clientId, user, asked, granted: scopes, silent, grant: grant?.id ?? null };
}
