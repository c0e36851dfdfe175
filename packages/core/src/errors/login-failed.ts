import { SpotifyAuthError } from "./spotify-auth-error.js";

/** Why a sign-in did not succeed. */
export type LoginFailure =
  /** The browser holds no record of this sign-in: cookies are blocked, it took over ten minutes, or it began in another browser. */
  | "unknownTransaction"
  | "alreadyUsed"
  | "malformed"
  | "denied"
  | "wrongIssuer"
  | "refused"
  | "otherAccount"
  /** Another user of the app, or nobody, came back from Spotify. */
  | "otherSubject"
  | "closedSince"
  | "scopesNotGranted"
  | "unavailable";

/** A sign-in did not succeed. Nothing was lost; the user may start again. */
export class LoginFailed extends SpotifyAuthError {
  override readonly name: string = "LoginFailed";
  readonly reason: LoginFailure;

  constructor(reason: LoginFailure, reauthorizeUrl: string) {
    super("login_failed", "The sign-in with Spotify did not succeed. Nothing was lost: let the user start again.", { reauthorizeUrl });
    this.reason = reason;
  }
}
