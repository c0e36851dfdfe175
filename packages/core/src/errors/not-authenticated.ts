import { SpotifyAuthError } from "./spotify-auth-error.js";

/** Nobody is signed in, or the session is over. Send the user to sign in. */
export class NotAuthenticated extends SpotifyAuthError {
  override readonly name: string = "NotAuthenticated";
  constructor(reauthorizeUrl: string) {
    super("not_authenticated", "Nobody is signed in with Spotify here. Send the user to sign in.", { reauthorizeUrl });
  }
}
