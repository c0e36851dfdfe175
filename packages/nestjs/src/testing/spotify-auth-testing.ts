import { Inject, Injectable } from "@nestjs/common";
import { type SignInAs, signInAs } from "@refrain/core/testing/sign-in-as";
import { SpotifyAuthService } from "../spotify-auth-service.js";

/** Signs users in without HTTP, for tests of an app's own handlers. */
@Injectable()
export class SpotifyAuthTesting {
  readonly #service: SpotifyAuthService;

  constructor(@Inject(SpotifyAuthService) service: SpotifyAuthService) {
    this.#service = service;
  }

  /**
   * Signs a user in; with the option `subject`, links Spotify to that user of the app.
   *
   * @returns The value of a `Cookie` header.
   */
  signIn(who: SignInAs): Promise<string> {
    return signInAs(this.#service.auth, who);
  }
}
