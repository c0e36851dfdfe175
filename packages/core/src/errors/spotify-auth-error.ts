/** What every error of this library is called, for programs. Stable. */
export type SpotifyAuthErrorCode =
  | "not_authenticated"
  | "reauthorization_required"
  | "missing_scopes"
  | "not_allowlisted"
  | "rate_limited"
  | "temporarily_unavailable"
  | "login_failed"
  | "request_refused"
  | "configuration_error"
  | "integrity_error";

const statuses = {
  not_authenticated: 401,
  reauthorization_required: 401,
  missing_scopes: 403,
  not_allowlisted: 403,
  rate_limited: 429,
  temporarily_unavailable: 503,
  login_failed: 400,
  request_refused: 502,
  configuration_error: 500,
  integrity_error: 500,
} satisfies Record<SpotifyAuthErrorCode, number>;

/**
 * The base of every error this library throws. The message is a fixed sentence that says what to do next; it never holds a token, a URL with a query, a response
 * body or another error.
 */
export abstract class SpotifyAuthError extends Error {
  readonly code: SpotifyAuthErrorCode;
  /** The HTTP status that means the same in every adapter. */
  readonly status: number;
  /** When trying again makes sense, in ms from now. */
  readonly retryAfterMs: number | undefined;
  /** Where to send the user to consent, if that is the remedy. */
  readonly reauthorizeUrl: string | undefined;

  constructor(code: SpotifyAuthErrorCode, message: string, remedy: { readonly retryAfterMs?: number; readonly reauthorizeUrl?: string } = {}) {
    super(message);
    this.code = code;
    this.status = statuses[code];
    this.retryAfterMs = remedy.retryAfterMs;
    this.reauthorizeUrl = remedy.reauthorizeUrl;
  }
}
