import { SpotifyAuthError } from "./spotify-auth-error.js";

/** The app is in development mode. `user`: its allowlist lacks this user. `owner`: its owner has no Premium plan. */
export class NotAllowlisted extends SpotifyAuthError {
  override readonly name: string = "NotAllowlisted";
  readonly reason: "user" | "owner";

  constructor(reason: "user" | "owner") {
    super(
      "not_allowlisted",
      reason === "user"
        ? "The Spotify app is in development mode and does not list this user. Add the user in the developer dashboard under User Management."
        : "The Spotify app is in development mode and its owner needs a Premium plan. After renewing it, Spotify may take a few hours.",
    );
    this.reason = reason;
  }
}
