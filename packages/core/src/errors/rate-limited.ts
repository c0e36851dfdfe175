import { SpotifyAuthError } from "./spotify-auth-error.js";

/** Spotify limits the app's rate. Wait, then try again. */
export class RateLimited extends SpotifyAuthError {
  override readonly name: string = "RateLimited";
  constructor(retryAfterMs: number) {
    super("rate_limited", "Spotify limits how often this app may call. Try again after the time in retryAfterMs.", { retryAfterMs });
  }
}
