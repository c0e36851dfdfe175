import type { SpotifyAuthError } from "@refrain/core";
import { duration } from "./duration.js";

/** What stands in a section's place when its call to Spotify failed: one sentence, one way on. */
export interface NoticeWords {
  readonly kind: "info" | "warning";
  readonly sentence: string;
  readonly href: string;
  readonly action: string;
}

export function noticeOf(error: SpotifyAuthError): NoticeWords {
  const { code, message, retryAfterMs, reauthorizeUrl } = error;
  switch (code) {
    case "missing_scopes":
      return "withdrawn" in error && error.withdrawn === true
        ? {
            kind: "warning",
            sentence: "Spotify no longer lets this app see this. The rest goes on working.",
            href: reauthorizeUrl ?? "/",
            action: "Allow it again",
          }
        : { kind: "info", sentence: "You have not allowed this app to see this.", href: reauthorizeUrl ?? "/", action: "Allow it" };
    case "rate_limited":
      return again(`Spotify asks this app to slow down. Try again in ${duration(retryAfterMs ?? 1000)}.`);
    case "not_allowlisted":
      return again(message);
    case "not_authenticated":
    case "reauthorization_required":
    case "temporarily_unavailable":
    case "login_failed":
    case "request_refused":
    case "configuration_error":
    case "integrity_error":
      return again("Spotify did not answer this one. You are still signed in.");
  }
}

function again(sentence: string): NoticeWords {
  return { kind: "warning", sentence, href: "/", action: "Try again" };
}
