import { refusalOf } from "../client/refusals.js";
import { LoginFailed } from "../errors/login-failed.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import { late, within } from "../grants/within.js";
import type { SpotifyUser } from "../machine/grant.js";
import { readBoundedText } from "../protocol/bounded-body.js";
import { retryAfterMs } from "../protocol/retry-after.js";
import type { Settings } from "../settings/settings.js";

/** Whose access token this is. `again` is where to start the sign-in again. */
export type Identify = (accessToken: string, again: string) => Promise<SpotifyUser>;

const limitBytes = 65_536;
const soonMs = 1_000;
const longestWaitMs = 86_400_000;

/**
 * Asks the Web API who the user is: by `account_id` where it is sent, else by `id`. An e-mail address or a name is never needed: development mode sends neither, and
 * both can change hands.
 *
 * @throws {@link NotAllowlisted}, {@link RateLimited}, {@link TemporarilyUnavailable}; {@link LoginFailed} when Spotify refuses the token it has just given.
 * @see https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile
 */
export function createIdentify(settings: Settings): Identify {
  const { apiOrigin, clock, fetch, timings } = settings;
  return async (accessToken, again) => {
    const abort = new AbortController();
    const asked = ask(accessToken, abort.signal).catch(() => null);
    const answer = await within(asked, timings.tokenDeadlineMs.dead, clock);
    if (answer === late) abort.abort();
    if (answer === late || answer === null) throw new TemporarilyUnavailable("spotify", soonMs);

    const { status, headers, text } = answer;
    const refusal = refusalOf(status, text ?? "", headers, () => clock.now());
    // Who the user is needs no scope, so nothing the user could grant would help.
    if (refusal !== null && refusal !== "scopeMissing") throw refusal;
    if (status === 401 || status === 403) throw new LoginFailed("refused", again);
    const user = status === 200 && text !== null ? userOf(text) : null;
    if (user === null) throw new TemporarilyUnavailable("spotify", Math.min(retryAfterMs(headers, () => clock.now()) ?? soonMs, longestWaitMs));
    return user;
  };

  async function ask(accessToken: string, signal: AbortSignal): Promise<{ status: number; headers: Headers; text: string | null }> {
    const headers = { authorization: `Bearer ${accessToken}`, accept: "application/json" };
    const response = await fetch(`${apiOrigin}/v1/me`, { headers, redirect: "manual", cache: "no-store", signal });
    return { status: response.status, headers: response.headers, text: await readBoundedText(response.body, limitBytes) };
  }
}

function userOf(text: string): SpotifyUser | null {
  try {
    const profile: unknown = JSON.parse(text);
    if (typeof profile !== "object" || profile === null) return null;
    const { id, account_id: accountId } = profile as { readonly id?: unknown; readonly account_id?: unknown };
    const chosen = isName(accountId) ? accountId : id;
    return isName(chosen) ? { id: chosen, spotifyId: isName(id) ? id : chosen } : null;
  } catch {
    return null;
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 256;
}
