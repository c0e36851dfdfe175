import { SpotifyAuthError } from "./spotify-auth-error.js";

/** Spotify or the store cannot be reached right now. Nobody was signed out; try again. */
export class TemporarilyUnavailable extends SpotifyAuthError {
  override readonly name: string = "TemporarilyUnavailable";
  /** `unknownKey`: the record was sealed with a secret this process does not have, or by a newer version. */
  readonly reason: "spotify" | "store" | "unknownKey" | "closing";

  constructor(reason: "spotify" | "store" | "unknownKey" | "closing", retryAfterMs: number) {
    super("temporarily_unavailable", "Spotify or the store cannot be reached right now. Nobody was signed out: try again after the time in retryAfterMs.", {
      retryAfterMs,
    });
    this.reason = reason;
  }
}
