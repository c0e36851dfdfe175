/**
 * A token response reduced to what RFC 6749 section 5.1 defines, as JSON text for oauth4webapi to judge; `null` when `text` is not a JSON object, or one that names an error.
 *
 * Good news is not thrown away over a detail: a refused answer may hold the only valid refresh token. So `expires_in` may be absent or a numeric string,
 * and a `refresh_token` or `scope` that says nothing counts as absent. Anything else that section 5.1 forbids is left out or left wrong, and oauth4webapi refuses it.
 *
 * @see https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
 */
export function normaliseTokenBody(text: string): string | null {
  const body = parseObject(text);
  if (body === null || (typeof body.error === "string" && body.error !== "")) return null;
  return JSON.stringify({
    // Visible ASCII, or no Authorization header could carry it.
    access_token: typeof body.access_token === "string" && /^[\x21-\x7e]+$/.test(body.access_token) ? body.access_token : null,
    token_type: typeof body.token_type === "string" && body.token_type.toLowerCase() === "bearer" ? "bearer" : null,
    expires_in: body.expires_in === undefined || body.expires_in === null ? undefined : lifetimeSeconds(body.expires_in),
    refresh_token: isToken(body.refresh_token) ? body.refresh_token : undefined,
    scope: typeof body.scope === "string" ? body.scope : undefined,
  });
}

interface TokenBody {
  readonly error?: unknown;
  readonly access_token?: unknown;
  readonly token_type?: unknown;
  readonly expires_in?: unknown;
  readonly refresh_token?: unknown;
  readonly scope?: unknown;
}

function parseObject(text: string): TokenBody | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

// NaN becomes null in JSON, which is no lifetime.
function lifetimeSeconds(value: unknown): number {
  const seconds = typeof value === "number" || (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) ? Number(value) : Number.NaN;
  return seconds > 0 && Number.isFinite(seconds) ? Math.min(seconds, LONGEST_LIFETIME_SECONDS) : Number.NaN;
}

// Twenty-four times what Spotify grants. A longer claim would keep a dead token in use.
const LONGEST_LIFETIME_SECONDS = 86_400;

// The words are what a careless serializer makes of an absent value; storing one over a good token loses the user.
function isToken(value: unknown): value is string {
  return typeof value === "string" && !["", "undefined", "null"].includes(value.trim());
}
