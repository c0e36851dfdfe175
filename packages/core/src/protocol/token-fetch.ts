import { discard, readBoundedText } from "./bounded-body.js";
import { neverSent } from "./connection-failure.js";
import { retryAfterMs } from "./retry-after.js";
import { sortRefusal, type TokenAnswer } from "./token-answer.js";
import { normaliseTokenBody } from "./token-body.js";

/** A `fetch` for one token request, and what became of the request. */
export interface TokenFetch {
  /** Resolves to a small, well-formed response that OAuth can judge; rejects with an {@link Unanswered} when there is nothing to judge, and with nothing else. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What the server said of waiting. */
  readonly retryAfterMs: () => number | null;
  /** Whether `fetch` was called at all. */
  readonly started: () => boolean;
}

/** Carries an answer that was sorted without reading any OAuth through oauth4webapi, which passes on what its `fetch` throws. */
export class Unanswered extends Error {
  readonly answer: TokenAnswer;

  constructor(answer: TokenAnswer) {
    super("The token endpoint gave no answer that OAuth can judge.");
    this.answer = answer;
  }
}

/**
 * Wraps `fetch` for one request to the token endpoint: follows no redirect (RFC 9700 section 4.12), reads at most {@link BODY_LIMIT_BYTES}, asks no cache, and lets no foreign error out.
 *
 * @param now Unix milliseconds, to read a `Retry-After` date.
 */
export function tokenFetch(fetch: typeof globalThis.fetch, now: () => number, signal: AbortSignal | undefined): TokenFetch {
  let started = false;
  let headers: Headers | undefined;

  // Only read when it matters: no odd header or clock spoils a success.
  function waitMs(): number | null {
    try {
      return headers === undefined ? null : retryAfterMs(headers, now);
    } catch {
      return null;
    }
  }

  async function read(url: string, init: RequestInit): Promise<Response> {
    const response = await fetch(url, { ...init, redirect: "manual", cache: "no-store", signal: signal ?? null });
    const { status } = response;
    headers = response.headers;
    // A browser shows a redirect it did not follow as status 0.
    if (status === 0 || (status >= 300 && status < 400)) {
      discard(response.body);
      throw new Unanswered({ kind: "ambiguous", retryAfterMs: waitMs(), cause: "redirect" });
    }
    if (status !== 200 && (status < 400 || status > 499 || status === 429)) {
      discard(response.body);
      throw new Unanswered(sortRefusal(status, null, waitMs()));
    }
    const text = await readBoundedText(response.body, BODY_LIMIT_BYTES);
    if (text === null) throw new Unanswered({ kind: "ambiguous", retryAfterMs: waitMs(), cause: "oversize" });
    if (status !== 200) return new Response(text, { status, headers: { "content-type": headers.get("content-type") ?? "" } });
    const tokens = normaliseTokenBody(text);
    if (tokens === null) throw new Unanswered({ kind: "ambiguous", retryAfterMs: waitMs(), cause: "unparsable" });
    return new Response(tokens, { headers: { "content-type": "application/json" } });
  }

  return {
    started: () => started,
    retryAfterMs: waitMs,
    async fetch(url, init) {
      started = true;
      try {
        return await read(url, init);
      } catch (failure) {
        if (failure instanceof Unanswered) throw failure;
        if (headers === undefined && neverSent(failure)) throw new Unanswered({ kind: "notSent" });
        throw new Unanswered({ kind: "ambiguous", retryAfterMs: waitMs(), cause: signal?.aborted === true ? "aborted" : "connection" });
      }
    },
  };
}

/** How much of an answer is read, after decompression. Spotify's are under 2 KiB. */
const BODY_LIMIT_BYTES = 65_536;
