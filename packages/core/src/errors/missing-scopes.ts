import type { SpotifyScope } from "../scopes.js";
import { SpotifyAuthError } from "./spotify-auth-error.js";

/** The user has not granted these scopes. Ask for them. */
export class MissingScopes extends SpotifyAuthError {
  override readonly name: string = "MissingScopes";
  /** Empty when Spotify did not say which. */
  readonly missing: readonly SpotifyScope[];

  constructor(missing: readonly SpotifyScope[], reauthorizeUrl: string) {
    super(
      "missing_scopes",
      missing.length > 0
        ? "The user has not granted the scopes this needs. Send the user to Spotify to grant them."
        : "Spotify says that a scope is missing, and not which: name the scopes that this call needs where the session is required.",
      { reauthorizeUrl },
    );
    this.missing = missing;
  }
}
