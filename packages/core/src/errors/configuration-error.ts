import { SpotifyAuthError } from "./spotify-auth-error.js";

/** The library is set up wrongly. `problems` names each mistake and its remedy. */
export class ConfigurationError extends SpotifyAuthError {
  override readonly name: string = "ConfigurationError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super("configuration_error", problems.join("\n"));
    this.problems = problems;
  }
}
