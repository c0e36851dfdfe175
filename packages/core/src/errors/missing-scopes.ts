import type { SpotifyScope } from "../scopes.js";
import { SpotifyAuthError } from "./spotify-auth-error.js";

/** The user has not granted these scopes. Ask for them. */
export class MissingScopes extends SpotifyAuthError {
  override readonly name: string = "MissingScopes";
  /** Empty when Spotify did not say which. */
  readonly missing: readonly SpotifyScope[];
  /** They were granted, and Spotify refuses them all the same. A page is then not sent to Spotify by itself: if that changed nothing, it would come back for ever. */
  readonly withdrawn: boolean;

  constructor(missing: readonly SpotifyScope[], reauthorizeUrl: string, withdrawn = false) {
    super("missing_scopes", sentence(missing, withdrawn), { reauthorizeUrl });
    this.missing = missing;
    this.withdrawn = withdrawn;
  }
}

function sentence(missing: readonly SpotifyScope[], withdrawn: boolean): string {
  if (withdrawn) return "Spotify refuses scopes that the user had granted. Send the user to Spotify to grant them again.";
  return missing.length > 0
    ? "The user has not granted the scopes this needs. Send the user to Spotify to grant them."
    : "Spotify says that a scope is missing, and not which: name the scopes that this call needs where the session is required.";
}
