import { SpotifyAuthError } from "./spotify-auth-error.js";

/** A stored record was changed by someone else, truncated, or moved to another user. It is never used; a new sign-in replaces it. */
export class IntegrityError extends SpotifyAuthError {
  override readonly name: string = "IntegrityError";
  constructor() {
    super("integrity_error", "The stored grant is damaged or was moved. It is not used. Let the user sign in again, and find out who writes to the store.");
  }
}
