import { applyDecorators, SetMetadata, UseGuards } from "@nestjs/common";
import { checkedNeed, type SpotifyScope } from "@refrain/core";
import { SpotifyGuard } from "../spotify-guard.js";
import { scopesKey } from "./access.js";

/**
 * What the user must have granted. Of a class and its handler together: both. It guards by itself, as `@UseGuards(SpotifyGuard)` does: a decorator that looks like a
 * guard and lets everybody through would be a trap.
 *
 * @throws ConfigurationError when Spotify knows no such scope: when the class is loaded, not at the first request.
 */
export function SpotifyScopes(...scopes: readonly SpotifyScope[]): ClassDecorator & MethodDecorator {
  checkedNeed({ scopes }, "@SpotifyScopes()");
  return applyDecorators(SetMetadata(scopesKey, scopes), UseGuards(SpotifyGuard));
}
