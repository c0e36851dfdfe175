import { MissingScopes, type SpotifyAuthError } from "@refrain/core";
import { duration } from "./duration.js";
import { html, type Html } from "./html.js";

/** Stands in a section's place when its call to Spotify failed: one sentence, one way on. */
export function notice(error: SpotifyAuthError): Html {
  const [kind, sentence, href, action] = error instanceof MissingScopes && error.withdrawn ? withdrawn(error) : contents(error);
  return html`<div class="notice" data-kind="${kind}">
    <p>${sentence}</p>
    <a class="button" href="${href}">${action}</a>
  </div>`;
}

type Contents = readonly [kind: string, sentence: string, href: string, action: string];

function withdrawn({ reauthorizeUrl }: MissingScopes): Contents {
  return ["warning", "Spotify no longer lets this app see this. The rest goes on working.", reauthorizeUrl ?? "/", "Allow it again"];
}

function contents({ code, message, retryAfterMs, reauthorizeUrl }: SpotifyAuthError): Contents {
  switch (code) {
    case "missing_scopes":
      return ["info", "You have not allowed this app to see this.", reauthorizeUrl ?? "/", "Allow it"];
    case "rate_limited":
      return ["warning", `Spotify asks this app to slow down. Try again in ${duration(retryAfterMs ?? 1000)}.`, "/", "Try again"];
    case "not_allowlisted":
      return ["warning", message, "/", "Try again"];
    case "not_authenticated":
    case "reauthorization_required":
    case "temporarily_unavailable":
    case "login_failed":
    case "request_refused":
    case "configuration_error":
    case "integrity_error":
      return ["warning", "Spotify did not answer this one. You are still signed in.", "/", "Try again"];
  }
}
