import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from "@nestjs/common";
import { ConfigurationError, type SpotifySession } from "@refrain/core";
import { callerOf } from "../callers/caller-of.js";
import { visitOf } from "../visit.js";

/** What of a session `@Spotify("…")` hands over by itself. */
export type SpotifyProperty = "id" | "user" | "scopes" | "phase" | "expiresAt" | "reauthorizeBy" | "renewUrl";

/**
 * The signed-in user's session as a parameter of a handler behind `SpotifyGuard`; with a name, that property of it. `null` only where `@SpotifyOptional()` lets others
 * through.
 */
export const Spotify: (property?: SpotifyProperty, ...pipes: readonly (PipeTransform | Type<PipeTransform>)[]) => ParameterDecorator = createParamDecorator(
  async (property: SpotifyProperty | undefined, context: ExecutionContext): Promise<SpotifySession | SpotifySession[SpotifyProperty] | null> => {
    const visit = visitOf(callerOf(context));
    if (visit === undefined) {
      throw new ConfigurationError([
        "@Spotify() needs SpotifyGuard before it: @UseGuards(SpotifyGuard), and @SpotifyOptional() in place of @SpotifyPublic() where others may come too.",
      ]);
    }
    const session = await visit.session();
    return session === null || property === undefined ? session : session[property];
  },
);
