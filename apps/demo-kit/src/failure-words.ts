import type { SpotifyAuthError } from "@refrain/core";
import { duration } from "./duration.js";

/** What a page says that failed, in this order. */
export interface FailureWords {
  readonly what: string;
  readonly means: string;
  readonly remedy: string;
}

/** Spotify or the store is down. */
export function outage(error: SpotifyAuthError): FailureWords {
  return {
    what: "reason" in error && error.reason === "spotify" ? "Spotify cannot be reached right now" : "Your session cannot be looked up right now",
    means: "You are still signed in, and nothing was lost.",
    remedy: `Try again in ${duration(Math.max(1000, error.retryAfterMs ?? 0))}: it recovers by itself.`,
  };
}

export const broken: FailureWords = {
  what: "Something went wrong here",
  means: "It is not your doing, and nothing was lost.",
  remedy: "Go back to the first page. If it happens again, tell whoever runs this and give the reference.",
};

export const notFound: FailureWords = {
  what: "There is no such page",
  means: "The address may be mistyped. If you were signed in, you still are.",
  remedy: "Go back to the first page.",
};
