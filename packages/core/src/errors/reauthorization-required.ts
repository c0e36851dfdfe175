import type { ReauthorizeReason } from "../machine/grant.js";
import { SpotifyAuthError } from "./spotify-auth-error.js";

/** Spotify ended the grant. Send the user through consent again; the session stays. */
export class ReauthorizationRequired extends SpotifyAuthError {
  override readonly name: string = "ReauthorizationRequired";
  readonly reason: ReauthorizeReason;

  constructor(reason: ReauthorizeReason, reauthorizeUrl: string) {
    super("reauthorization_required", "Spotify no longer accepts this user's consent. Send the user to Spotify to consent again.", { reauthorizeUrl });
    this.reason = reason;
  }
}
