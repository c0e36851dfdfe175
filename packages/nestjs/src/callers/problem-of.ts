import { type SpotifyAuth, type SpotifyAuthError, type SpotifyAuthErrorCode, toProblem } from "@refrain/core";

/** What a script is told over HTTP, for transports that have no statuses and no headers. */
export interface Problem {
  readonly status: number;
  readonly code: SpotifyAuthErrorCode | "foreign_origin";
  /** What to do next, in a sentence. */
  readonly detail: string;
  /** Which message of a socket it is about, as Nest's own exceptions name it. */
  readonly cause?: { readonly pattern: string };
}

/** An error as {@link Problem}: `reason`, `missing`, `retryAfterMs` and `reauthorizeUrl` are in it as they are in `application/problem+json`. */
export async function problemOf(auth: SpotifyAuth, error: SpotifyAuthError): Promise<Problem> {
  // Only of an error that is none of ours it would be null.
  const answer = (await toProblem(auth, error, { method: "POST", url: "/", headers: new Headers() })) as Response;
  const { type: _type, title: _title, ...problem } = (await answer.json()) as Problem & { readonly type: string; readonly title: string };
  return problem;
}
