import type { SpotifyAuthOptions } from "./options.js";
import { isWhole } from "./read-timings.js";

/** What scripts may call through `api/*`. */
export interface ApiSettings {
  /** `GET /v1/me/player`, each well formed. Empty = there is no such route. */
  readonly allow: readonly string[];
  /** Calls per session and minute, at most. */
  readonly perMinute: number;
}

const template = /^(?:GET|POST|PUT|DELETE) \/v1(?:\/(?:[a-z\d-]+|\{[a-z_]+\}))+$/;
const mostPerMinute = 10_000;
const off: ApiSettings = { allow: [], perMinute: 120 };

/** @param problems Where each mistake is named. */
export function readApi(given: SpotifyAuthOptions["api"], problems: string[]): ApiSettings {
  if (given === undefined) return off;
  const { allow, perMinute = off.perMinute, ...unknown } = given ?? {};
  // A misspelt perMinute would be another limit than the one that was meant.
  for (const name of Object.keys(unknown)) problems.push(`api knows no option ${JSON.stringify(name.slice(0, 60))}: give { allow: [...], perMinute }.`);
  if (!isWhole(perMinute, 1, mostPerMinute)) problems.push(`api.perMinute must be a whole number from 1 to ${mostPerMinute}.`);
  if (!Array.isArray(allow) || allow.length === 0) {
    problems.push('api.allow must list what may be called, such as ["GET /v1/me/player"]. To allow nothing, leave api out.');
    return off;
  }
  for (const entry of allow as readonly unknown[]) {
    if (typeof entry === "string" && template.test(entry)) continue;
    const named = typeof entry === "string" ? JSON.stringify(entry.slice(0, 100)) : typeof entry;
    problems.push(`api.allow holds ${named}: write GET, POST, PUT or DELETE and a path with parameters in braces, such as "PUT /v1/playlists/{id}/items".`);
  }
  return { allow, perMinute };
}
