import { ConfigurationError } from "./errors/configuration-error.js";
import { isSpotifyScope, type SpotifyScope } from "./scopes.js";

/** What a request must have to be let through. */
export interface SessionNeed {
  /** Scopes the user must have granted. @defaultValue none: being signed in is enough */
  readonly scopes?: readonly SpotifyScope[];
}

/**
 * The need, if it is one: a guard that overlooks a misspelt option lets people through. For adapters, when a guard is made.
 *
 * @param guard What the app called, for the message.
 * @throws {@link ConfigurationError} when it is not.
 */
export function checkedNeed<Need extends SessionNeed>(need: Need, guard: string, known: readonly string[] = ["scopes"]): Need {
  const { scopes = [] } = need;
  const problems = Object.keys(need)
    .filter((name) => !known.includes(name))
    .map((name) => `${guard} knows no option ${JSON.stringify(name.slice(0, 60))}: it takes ${known.join(", ")}.`);
  if (!Array.isArray(scopes)) problems.push(`${guard}: scopes must be a list of scope names.`);
  else
    for (const scope of scopes.filter((name) => !isSpotifyScope(name)))
      problems.push(`${guard}: scopes names ${JSON.stringify(scope)}, which Spotify does not know.`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return need;
}
