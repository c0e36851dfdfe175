import { json, text, type Answer } from "./answer.js";

/** Any origin may call the Web API. */
export const apiHeaders: Readonly<Record<string, string>> = { "access-control-allow-origin": "*" };

/** The Web API's usual error body; player endpoints add a reason. */
export function apiError(status: number, message: string, headers: Readonly<Record<string, string>> = {}, reason?: string): Answer {
  return json(status, { error: { status, message, ...(reason === undefined ? {} : { reason }) } }, { ...apiHeaders, ...headers });
}

/** 401 with the header that names the same cause. */
export function unauthorized(message: string): Answer {
  return apiError(401, message, { "www-authenticate": `Bearer realm="spotify", error="invalid_token", error_description="${message.replaceAll('"', "'")}"` });
}

/** 401 for a request without a token: a bare realm. */
export function noToken(message: string): Answer {
  return apiError(401, message, { "www-authenticate": 'Bearer realm="spotify"' });
}

/** Plain text, not JSON: the user is not on a development-mode app's list. */
export const allowlistRefusal: Answer = text(403, "Check settings on developer.spotify.com/dashboard, the user may not be registered.", apiHeaders);

/** Plain text, not JSON: the app's owner has no Premium, so the app stops for everybody. */
export const ownerRefusal: Answer = text(
  403,
  "Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.",
  apiHeaders,
);
