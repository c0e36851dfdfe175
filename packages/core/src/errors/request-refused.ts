import { SpotifyAuthError } from "./spotify-auth-error.js";

/** The Web API answered with a status that no other error stands for. */
export class RequestRefused extends SpotifyAuthError {
  override readonly name: string = "RequestRefused";
  /** What the Web API answered. */
  readonly apiStatus: number;

  constructor(apiStatus: number) {
    super(
      "request_refused",
      apiStatus === 401
        ? "Spotify's Web API refuses a token that Spotify has only just given. Try again in half a minute; an emulator must share the app's clock."
        : `Spotify's Web API answered ${apiStatus}. Check the path, the parameters and the body of the call.`,
    );
    this.apiStatus = apiStatus;
  }
}
