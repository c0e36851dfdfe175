import { NotAllowlisted } from "../errors/not-allowlisted.js";
import { RateLimited } from "../errors/rate-limited.js";
import { retryAfterMs } from "../protocol/retry-after.js";

/** No wait that the API names is passed on as longer than this. */
const longestRetryAfterMs = 86_400_000;

/**
 * The error that a Web API answer stands for; `"scopeMissing"` = Spotify wants a scope and does not say which; `null` = none of ours. Texts are looked at only where
 * the status alone does not tell, and a text that Spotify changes costs a better message, never a user.
 */
export function refusalOf(status: number, text: string, headers: Headers, now: () => number): RateLimited | NotAllowlisted | "scopeMissing" | null {
  if (status === 429) return new RateLimited(Math.min(retryAfterMs(headers, now) ?? 1_000, longestRetryAfterMs));
  // The player says 401 where others say 403; refreshing cannot help.
  if (status === 401 && /permissions missing/i.test(text)) return "scopeMissing";
  if (status !== 403) return null;
  if (/insufficient client scope/i.test(text)) return "scopeMissing";
  if (/premium subscription required for the owner/i.test(text)) return new NotAllowlisted("owner");
  if (/not (?:be )?registered/i.test(text)) return new NotAllowlisted("user");
  return null;
}
